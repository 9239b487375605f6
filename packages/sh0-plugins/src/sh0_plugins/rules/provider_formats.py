"""How the keys of providers look: each has a beginning that tells it from everything else."""

from typing import Final

import attrs

__all__ = ["FORMATS", "KeyFormat"]


@attrs.frozen
class KeyFormat:
    """The format of a provider's key.

    Attributes:
        kind: What it is, with its article.
        begins: How it begins, in the syntax that RE2 and `re` share.
        rest: What follows.
    """

    kind: str
    begins: str
    rest: str


FORMATS: Final = (
    KeyFormat("an access key of AWS", "(?:AKIA|ASIA|ABIA|ACCA)", r"[A-Z2-7]{16}\b"),
    KeyFormat("an API key of Google", "AIza", r"[\w-]{35}(?![\w-])"),
    KeyFormat("a client secret of Google", "GOCSPX-", r"[\w-]{28}"),
    KeyFormat("a key of Azure Storage", "AccountKey=", r"[A-Za-z0-9+/]{86}=="),
    KeyFormat("a client secret of Microsoft Entra", "[A-Za-z0-9_~.]{3}[0-9]Q~", r"[\w~.-]{31,34}"),
    KeyFormat("a token of GitHub", "gh[pousr]_", r"[0-9A-Za-z]{36}"),
    KeyFormat("a fine-grained token of GitHub", "github_pat_", r"\w{82}"),
    KeyFormat("a token of GitLab", "gl(?:pat|dt|rt|ptt|soat|oas|agent|ft|imt|cbt|ffct)-", r"[\w-]{20}"),
    KeyFormat("a token of Slack", "xox[abeoprs]-", r"[0-9]{8,13}-[0-9A-Za-z-]{16,}"),
    KeyFormat("an app token of Slack", "xapp-[0-9]-", r"[A-Z0-9]+-[0-9]+-[a-z0-9]{20,}"),
    KeyFormat("a webhook of Slack", r"hooks\.slack\.com/(?:services|workflows|triggers)/", r"[A-Za-z0-9+/]{43,56}"),
    KeyFormat("a live key of Stripe", "[sr]k_(?:live|prod)_", r"[0-9A-Za-z]{16,99}"),
    KeyFormat("a webhook secret of Stripe", "whsec_", r"[A-Za-z0-9+/]{32,}"),
    KeyFormat("an API key of Twilio", "SK[0-9a-f]{2}", r"[0-9a-f]{30}\b"),
    KeyFormat("a key of SendGrid", r"SG\.", r"[\w-]{22}\.[\w-]{43}"),
    KeyFormat("a token of npm", "npm_", r"[0-9A-Za-z]{36}\b"),
    KeyFormat("a token of PyPI", "pypi-AgEIcHlwaS5vcmc", r"[\w-]{50,}"),
    KeyFormat("a key of OpenAI", "sk-(?:proj|svcacct|admin)-", r"[\w-]{40,}"),
    KeyFormat("a key of OpenAI", "sk-[A-Za-z0-9]{20}T3BlbkFJ", r"[A-Za-z0-9]{20}"),
    KeyFormat("a key of Anthropic", "sk-ant-(?:api|admin|sid|oat)[0-9]{2}-", r"[\w-]{80,}"),
    KeyFormat("a token of Hugging Face", "hf_", r"[A-Za-z]{34}\b"),
    KeyFormat("a key of Groq", "gsk_", r"[A-Za-z0-9]{52}\b"),
    KeyFormat("a key of Perplexity", "pplx-", r"[A-Za-z0-9]{48}\b"),
    KeyFormat("a token of Replicate", "r8_", r"[A-Za-z0-9]{37}\b"),
    KeyFormat("a token of a Telegram bot", "[0-9]{8,10}:AA", r"[\w-]{33}(?![\w-])"),
    KeyFormat("a webhook of Discord", r"discord(?:app)?\.com/api/webhooks/", r"[0-9]{17,20}/[\w-]{60,}"),
    KeyFormat("a token of a Discord bot", r"[MNO][A-Za-z0-9]{23,25}\.", r"[\w-]{6}\.[\w-]{27,38}\b"),
    KeyFormat("a key of Mailgun", "key-[0-9a-f]{2}", r"[0-9a-f]{30}\b"),
    KeyFormat("a key of Mailchimp", "[0-9a-f]{32}-us", r"[0-9]{1,2}\b"),
    KeyFormat("a secret of Square", "sq0(?:atp|csp)-", r"[\w-]{22,60}"),
    KeyFormat("a token of Shopify", "shp(?:at|ca|pa|ss)_", r"[0-9a-fA-F]{32}\b"),
    KeyFormat("a token of DigitalOcean", "do[opr]_v1_", r"[0-9a-f]{64}\b"),
    KeyFormat("a key of Heroku", "HRKU-AA", r"[\w-]{58}"),
    KeyFormat("a token of Databricks", "dapi[0-9a-f]{2}", r"[0-9a-f]{30}\b"),
    KeyFormat("a token of Doppler", r"dp\.(?:pt|st|ct|sa|scim|audit)\.", r"[\w.-]{40,}"),
    KeyFormat("a key of Linear", "lin_api_", r"[A-Za-z0-9]{40}\b"),
    KeyFormat("a token of Notion", "ntn_[0-9]{11}", r"[A-Za-z0-9]{35}\b"),
    KeyFormat("a key of Postman", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}\b"),
    KeyFormat("a token of HashiCorp Vault", r"hv[sb]\.", r"[\w-]{90,}"),
    KeyFormat("a token of HCP Terraform", r"[A-Za-z0-9]{14}\.atlasv1\.", r"[\w=-]{60,70}"),
    KeyFormat("a token of Grafana", "glsa_", r"[A-Za-z0-9]{32}_[0-9a-fA-F]{8}\b"),
    KeyFormat("a token of Grafana Cloud", "glc_", r"[A-Za-z0-9+/]{32,}"),
    KeyFormat("a key of RubyGems", "rubygems_", r"[0-9a-f]{48}\b"),
    KeyFormat("an age identity", "AGE-SECRET-KEY-1", r"[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    KeyFormat("an origin key of Cloudflare", r"v1\.0-[0-9a-f]{4}", r"[0-9a-f]{20}-[0-9a-f]{146}"),
    KeyFormat("a token of Fly.io", "fo1_", r"[\w-]{43}"),
    KeyFormat("a credential of PlanetScale", "pscale_(?:tkn|oauth|pw)_", r"[\w=.-]{32,64}"),
    KeyFormat("a token of Pulumi", "pul-[0-9a-f]{2}", r"[0-9a-f]{38}\b"),
    KeyFormat("a token of Docker Hub", "dckr_pat_", r"[\w-]{27,}"),
    KeyFormat("a token of Supabase", "sbp_", r"[0-9a-f]{40}\b"),
    KeyFormat("a key of New Relic", "NRAK-", r"[A-Z0-9]{27}\b"),
    KeyFormat("a token of Sentry", "sntry[us]_", r"[\w+/=]{60,}"),
)
