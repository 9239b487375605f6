"""How the keys of providers look: each has a beginning that tells it from everything else.

The formats are those that providers document or that scanners of repositories know; a test has an example of each.
Every expression is bounded, so that a long line costs no more than its length.
"""

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
        test: Whether it opens no more than a test environment.
    """

    kind: str
    begins: str
    rest: str
    test: bool = False


_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])"

_CLOUDS: Final = (
    KeyFormat("an access key of AWS", "(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])", r"[A-Z2-7]{16}\b"),
    KeyFormat("a key of Amazon Bedrock", "ABSK", r"[A-Za-z0-9+/]{109,269}={0,2}"),
    KeyFormat(
        "a short-lived key of Amazon Bedrock", "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t", r"[A-Za-z0-9+/=]{0,2000}"
    ),
    KeyFormat("a key of Amazon Marketplace", r"amzn\.mws\.", _UUID),
    KeyFormat("a client secret of Login with Amazon", r"amzn1\.oa2-cs\.v1\.", r"[0-9a-f]{64}\b"),
    KeyFormat("an API key of Google", "AIza", r"[\w-]{35}(?![\w-])"),
    KeyFormat("an API key of Google", r"AQ\.Ab8RN6", r"[\w-]{40,60}(?![\w-])"),
    KeyFormat("a client secret of Google", "GOCSPX-", r"[\w-]{28}(?![\w-])"),
    KeyFormat("an access token of Google", r"ya29\.", r"[\w-]{60,1000}"),
    KeyFormat("a refresh token of Google", "1//0", r"[\w-]{60,150}(?![\w-])"),
    KeyFormat("a server key of Firebase", r"AAAA[\w-]{7}:APA91b", r"[\w-]{134}"),
    KeyFormat("a key of Azure Storage", "AccountKey=", r"[A-Za-z0-9+/]{86}=="),
    KeyFormat("a shared access key of Azure", "SharedAccessKey=", r"[A-Za-z0-9+/]{43}="),
    KeyFormat(
        "a client secret of Microsoft Entra", "[A-Za-z0-9_~.]{3}[0-9]Q~", r"[A-Za-z0-9_~.-]{31,34}(?![\w~./|,-])"
    ),
    KeyFormat("an access key of Alibaba Cloud", "LTAI", r"[A-Za-z0-9]{12,20}\b"),
    KeyFormat("a secret id of Tencent Cloud", "AKID", r"[A-Za-z0-9]{32}\b"),
    KeyFormat("a key of Baidu AI Cloud", "bce-v3/ALTAK-", r"[A-Za-z0-9]{21}/[0-9a-f]{40}\b"),
    KeyFormat("an access token of Yandex Cloud", r"t1\.", r"[\w-]{1,300}={0,2}\.[\w-]{86}={0,2}"),
    KeyFormat("an API key of Yandex Cloud", "AQVN", r"[\w-]{35,38}(?![\w-])"),
    KeyFormat("a static key of Yandex Cloud", "YC[A-Za-z]", r"[\w-]{37}(?![\w-])"),
    KeyFormat("a token of Axiom", "xa(?:at|pt)-", _UUID),
    KeyFormat("a token of DigitalOcean", "do[opr]_v1_", r"[0-9a-f]{64}\b"),
    KeyFormat("a token of OpenShift", "sha256~", r"[\w-]{43}(?![\w-])"),
    KeyFormat("a key of Heroku", "HRKU-AA", r"[\w-]{58}"),
    KeyFormat("a token of Fly.io", "fo1_", r"[\w-]{43}"),
    KeyFormat("a token of Fly.io", "fm(?:1[ar]|2)_", r"[A-Za-z0-9+/]{100,2000}={0,3}"),
    KeyFormat("a token of Vercel", "vc[acikpr]_", r"[A-Za-z0-9]{24,60}\b"),
    KeyFormat("a token of Vercel Blob", "vercel_blob_rw_", r"[A-Za-z0-9]{16}_[A-Za-z0-9]{30}\b"),
    KeyFormat("a token of Netlify", "nf[bcopu]_", r"[A-Za-z0-9]{36}\b"),
    KeyFormat("a key of Render", "rnd_", r"[A-Za-z0-9]{28,36}\b"),
    KeyFormat("a token of Scalingo", "tk-us-", r"[\w-]{48}(?![\w-])"),
    KeyFormat("a token of Deno Deploy", "dd[opw]_", r"[A-Za-z0-9]{36}\b"),
    KeyFormat("an origin key of Cloudflare", r"v1\.0-[0-9a-f]{4}", r"[0-9a-f]{20}-[0-9a-f]{146}(?![\w-])"),
    KeyFormat("a key of Tailscale", "tskey-[a-z]{2,10}-", r"[A-Za-z0-9]{8,30}-[A-Za-z0-9]{20,40}\b"),
    KeyFormat("a key of Defined Networking", "dnkey-", r"[\w=-]{26}-[\w=-]{52}"),
    KeyFormat("a password of Aiven", "AVNS_", r"[\w-]{19}(?![\w-])"),
    KeyFormat("a token of Supabase", "sbp_", r"[0-9a-f]{40}\b"),
    KeyFormat("a secret key of Supabase", "sb_secret_", r"[\w-]{31}(?![\w-])"),
    KeyFormat("a key of Neon", "napi_", r"[a-z0-9]{48,64}\b"),
    KeyFormat("a key of Xata", "xau_", r"[A-Za-z0-9]{40,48}\b"),
    KeyFormat("a credential of PlanetScale", "pscale_(?:tkn|oauth|pw)_", r"[\w=.-]{32,64}"),
    KeyFormat("a service account of MongoDB Atlas", "mdb_sa_sk_", r"[\w-]{40}"),
    KeyFormat("a key of CockroachDB Cloud", "CCDB1_", r"[A-Za-z0-9]{22}_[A-Za-z0-9]{40}\b"),
    KeyFormat("a key of ClickHouse Cloud", "4b1d", r"[A-Za-z0-9]{38}\b"),
    KeyFormat("a token of Databricks", "(?:dapi|dose|dkea)[0-9a-f]{2}", r"[0-9a-f]{30}(?:-[0-9])?\b"),
    KeyFormat("a token of dbt", "dbt[cus]_", r"[\w-]{40,80}"),
)

_TOOLS: Final = (
    KeyFormat("a token of GitHub", "gh[pousr]_", r"[0-9A-Za-z]{36}"),
    KeyFormat("a fine-grained token of GitHub", "github_pat_", r"\w{82}"),
    KeyFormat(
        "a token of GitLab", "gl(?:pat|dt|rt|rtr|ptt|soat|oas|agent|ft|imt|cbt|ffct|wt)-", r"(?:t[0-9]_)?[\w.-]{20,300}"
    ),
    KeyFormat("a registration token of GitLab", "GR1348941", r"[\w-]{20}(?![\w-])"),
    KeyFormat("a session of GitLab", "_gitlab_session=", r"[0-9a-z]{32}\b"),
    KeyFormat("an app password of Bitbucket", "ATBB", r"[A-Za-z0-9]{32}\b"),
    KeyFormat("a token of Atlassian", "AT(?:ATT|CTT|ASTT)3", r"[\w=-]{60,400}"),
    KeyFormat("a token of Trello", "ATTA", r"[0-9a-f]{72}\b"),
    KeyFormat("a token of npm", "npm_", r"[0-9A-Za-z]{36}\b"),
    KeyFormat("a token of PyPI", "pypi-AgEIcHlwaS5vcmc", r"[\w-]{50,1000}"),
    KeyFormat("a key of RubyGems", "rubygems_", r"[0-9a-f]{48}\b"),
    KeyFormat("a token of Packagist", "packagist_[ou][a-z]{2}_", r"[0-9a-f]{68}\b"),
    KeyFormat("a token of Clojars", "CLOJARS_", r"[a-z0-9]{60}\b"),
    KeyFormat("a token of crates.io", "cio[A-Za-z0-9]", r"[A-Za-z0-9]{31}\b"),
    KeyFormat("a key of NuGet", "oy2[a-z0-9]", r"[a-z0-9]{42}\b"),
    KeyFormat("a token of JSR", "jsr[dp]_", r"[A-Za-z0-9]{36}\b"),
    KeyFormat("a token of Docker Hub", "dckr_[op]at_", r"[\w-]{27,}"),
    KeyFormat("a key of Artifactory", "AKCp[A-Za-z0-9]", r"[A-Za-z0-9]{68}\b"),
    KeyFormat("a token of Artifactory", "cmVmd[A-Za-z0-9]", r"[A-Za-z0-9]{58}\b"),
    KeyFormat("a token of CircleCI", "CCI(?:PAT|PRJ)_", r"[A-Za-z0-9]{22}_[0-9a-f]{40}\b"),
    KeyFormat("a token of Buildkite", "bk[a-z]{2}_", r"[0-9a-f]{40}\b"),
    KeyFormat("a token of Harness", r"[ps]at\.", r"[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}\b"),
    KeyFormat("a token of SonarQube", "sq[apu]_", r"[0-9a-f]{40}\b"),
    KeyFormat("a token of Sourcegraph", "sgp_", r"(?:(?:[0-9a-fA-F]{16}|local)_)?[0-9a-fA-F]{40}\b"),
    KeyFormat("a token of Snyk", r"snyk_[su]at\.", r"[\w.-]{60,200}"),
    KeyFormat("a token of HashiCorp Vault", r"hv[sbr]\.", r"[\w-]{90,300}(?![\w-])"),
    KeyFormat("a token of HashiCorp Vault", r"s\.[A-Za-z0-9]{12}", r"[A-Za-z0-9]{12}(?![\w.(-])"),
    KeyFormat("a token of HCP Terraform", r"[A-Za-z0-9]{14}\.atlasv1\.", r"[\w=-]{60,70}"),
    KeyFormat("a token of Pulumi", "pul-[0-9a-f]{2}", r"[0-9a-f]{38}\b"),
    KeyFormat("a token of Doppler", r"dp\.(?:pt|st|ct|sa|said|scim|audit)\.", r"[\w.-]{40,80}"),
    KeyFormat("a token of Infisical", r"st\.[0-9a-f]{8}-", r"[0-9a-f-]{27}\.[0-9a-f]{32}\.[0-9a-f]{32}\b"),
    KeyFormat("a service account of 1Password", "ops_eyJ", r"[A-Za-z0-9+/_-]{80,4000}={0,3}"),
    KeyFormat(
        "a secret key of 1Password",
        "A3-[A-Z0-9]{6}-",
        r"(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\b",
    ),
    KeyFormat("an age identity", "AGE-SECRET-KEY-1", r"[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    KeyFormat("a key of Octopus Deploy", "API-[A-Z0-9]{6}", r"[A-Z0-9]{20}\b"),
    KeyFormat("a key of Prefect", "pnu_", r"[A-Za-z0-9]{36}\b"),
    KeyFormat("a key of Infracost", "ico-", r"[A-Za-z0-9]{32}(?![\w.])"),
    KeyFormat(
        "a key of Authress", "(?:sc|ext|scauth|authress)_", r"\w{5,30}\.\w{4,6}\.acc[_-][\w-]{10,32}\.[\w+/=-]{30,120}"
    ),
    KeyFormat("a token of SettleMint", "sm_[aps]at_", r"[A-Za-z0-9]{16}\b"),
    KeyFormat("a key of Postman", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}\b"),
    KeyFormat("a key of ReadMe", "rdme_", r"[a-z0-9]{70}\b"),
    KeyFormat("a token of Grafana", "glsa_", r"[A-Za-z0-9]{32}_[0-9a-fA-F]{8}\b"),
    KeyFormat("a token of Grafana Cloud", "glc_", r"[A-Za-z0-9+/]{32,400}={0,3}"),
    KeyFormat("a key of Grafana", "eyJrIjoi", r"[A-Za-z0-9]{70,400}={0,3}"),
    KeyFormat("a key of New Relic", "NR(?:AK|II|RA)-", r"[A-Za-z0-9-]{27,36}\b"),
    KeyFormat("a key of New Relic for browsers", "NRJS-", r"[0-9a-f]{19}\b", test=True),
    KeyFormat("a token of Sentry", "sntryu_", r"[0-9a-f]{64}\b"),
    KeyFormat("a token of Sentry", "sntrys_eyJ", r"[A-Za-z0-9+/]{40,400}={0,2}_[A-Za-z0-9+/]{43}(?![\w+/])"),
    KeyFormat("a key of Honeycomb", "hc[a-z]i[ck]_", r"[a-z0-9]{58}\b"),
    KeyFormat("a personal key of PostHog", "phx_", r"[A-Za-z0-9]{43,50}\b"),
    KeyFormat("a token of Dynatrace", r"dt0[a-z][0-9]{2}\.", r"[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}\b"),
    KeyFormat("a key of LaunchDarkly", "(?:api|sdk)-[0-9a-f]{8}-", r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f-]{17}\b"),
    KeyFormat("a key of WakaTime", "waka_", _UUID),
    KeyFormat("a license key of MaxMind", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk", r"\b"),
    KeyFormat("a key of Adafruit", "aio_", r"[A-Za-z0-9]{28}\b"),
)

_MODELS: Final = (
    KeyFormat("a key of OpenAI", "sk-(?:proj|svcacct|admin)-", r"[\w-]{40,200}"),
    KeyFormat("a key of OpenAI", "sk-[A-Za-z0-9]{20}T3BlbkFJ", r"[A-Za-z0-9]{20}\b"),
    KeyFormat("a key of Anthropic", "sk-ant-(?:api03|admin01|oat01)-", r"[\w-]{93}AA(?![\w-])"),
    KeyFormat("a key of OpenRouter", "sk-or-v1-", r"[0-9a-f]{64}\b"),
    KeyFormat("a secret key of Langfuse", "sk-lf-", _UUID),
    KeyFormat("a key of a model's provider", "sk-[A-Za-z0-9]{8}", r"[A-Za-z0-9]{24,56}(?![\w-])"),
    KeyFormat("a key of xAI", "xai-", r"[A-Za-z0-9]{80}\b"),
    KeyFormat("a token of Hugging Face", "hf_", r"[A-Za-z]{34}\b"),
    KeyFormat("a token of an organisation of Hugging Face", "api_org_", r"[A-Za-z]{34}\b"),
    KeyFormat("a key of Groq", "gsk_", r"[A-Za-z0-9]{52}\b"),
    KeyFormat("a key of Perplexity", "pplx-", r"[A-Za-z0-9]{48}\b"),
    KeyFormat("a token of Replicate", "r8_", r"[A-Za-z0-9]{37}\b"),
    KeyFormat("a key of LangSmith", "lsv2_[a-z]{2}_", r"[0-9a-f]{32}_[0-9a-f]{10}\b"),
    KeyFormat("a key of Fireworks", "fw_", r"[A-Za-z0-9]{22,24}\b"),
    KeyFormat("a key of Together", "tgp_v1_", r"[\w-]{43}(?![\w-])"),
    KeyFormat("a key of Cerebras", "csk-", r"[A-Za-z0-9]{48}\b"),
    KeyFormat("a key of Cursor", "key_[0-9a-f]{4}", r"[0-9a-f]{60}\b"),
    KeyFormat("a key of Voyage AI", "pa-[A-Za-z0-9]{4}", r"[\w-]{39}(?![\w-])"),
    KeyFormat("a key of NVIDIA", "nvapi-", r"[\w-]{64}(?![\w-])"),
    KeyFormat("a key of Tavily", "tvly-(?:dev-|prod-)?", r"[A-Za-z0-9]{32}\b"),
    KeyFormat("a key of ElevenLabs", "sk_[0-9a-f]{8}", r"[0-9a-f]{40}\b"),
    KeyFormat("a key of Pinecone", "pcsk_", r"[A-Za-z0-9]{4,6}_[A-Za-z0-9]{60,66}\b"),
    KeyFormat("a key of Jina", "jina_", r"[0-9a-f]{32}\w{28}\b"),
    KeyFormat("a key of Firecrawl", "fc-[0-9a-f]{4}", r"[0-9a-f]{28}\b"),
    KeyFormat("a key of E2B", "e2b_", r"[0-9a-f]{40}\b"),
    KeyFormat("a key of Daytona", "dtn_", r"[0-9a-f]{64}\b"),
)

_SERVICES: Final = (
    KeyFormat("a token of Slack", r"xoxe\.xox[bp]-[0-9]-", r"[0-9A-Za-z]{150,170}\b"),
    KeyFormat("a token of Slack", "xoxe-[0-9]-", r"[0-9A-Za-z]{140,150}\b"),
    KeyFormat("a token of Slack", "xox[a-eoprs]-", r"(?:[0-9]-)?[0-9]{6,14}-[0-9A-Za-z-]{16,120}(?![\w#*-])"),
    KeyFormat("an app token of Slack", "xapp-[0-9]-", r"[A-Za-z0-9]{6,20}-[0-9]{6,20}-[a-z0-9]{20,80}"),
    KeyFormat("a webhook of Slack", r"hooks\.slack\.com/(?:services|workflows|triggers)/", r"[A-Za-z0-9+/]{43,56}"),
    KeyFormat(
        "a webhook of Microsoft Teams",
        r"webhook\.office\.com/webhookb2/",
        r"[0-9a-z-]{36}@[0-9a-z-]{36}/IncomingWebhook/[0-9a-z]{32}/[0-9a-z-]{36}",
    ),
    KeyFormat("a webhook of Discord", r"discord(?:app)?\.com/api/webhooks/", r"[0-9]{17,20}/[\w-]{60,}"),
    KeyFormat("a token of a Discord bot", r"[MNO][A-Za-z0-9]{23,25}\.", r"[\w-]{6}\.[\w-]{27,38}\b"),
    KeyFormat("a token of a Telegram bot", "[0-9]{8,10}:AA", r"[\w-]{33}(?![\w-])"),
    KeyFormat("a live key of Stripe", "[sr]k_(?:live|prod)_", r"[0-9A-Za-z]{16,247}\b"),
    KeyFormat("a test key of Stripe", "[sr]k_test_", r"[0-9A-Za-z]{16,247}\b", test=True),
    KeyFormat("a webhook secret of Stripe", "whsec_", r"[A-Za-z0-9+/]{32,128}"),
    KeyFormat("a secret of Square", "sq0(?:atp|csp)-", r"[\w-]{22,60}"),
    KeyFormat("a token of Square", "EAAA", r"[\w-]{56,64}(?![\w-])"),
    KeyFormat("a token of Braintree", r"access_token\$(?:production|sandbox)\$", r"[0-9a-z]{16}\$[0-9a-f]{32}\b"),
    KeyFormat("a key of Paddle", "pdl_(?:live|sdbx)_apikey_", r"[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}\b"),
    KeyFormat("a token of Polar", "polar_(?:oat|pat)_", r"[A-Za-z0-9]{43}\b"),
    KeyFormat("a live key of Mollie", "live_[A-Za-z0-9]{4}", r"[A-Za-z0-9]{26}\b"),
    KeyFormat("a live key of Lob", "live_[0-9a-f]{4}", r"[0-9a-f]{31}\b"),
    KeyFormat("a live token of GoCardless", "live_", r"[\w=-]{40}(?![\w=-])"),
    KeyFormat("a secret key of Flutterwave", "FLWSECK-", r"[0-9a-z]{32}(?:-\w{1,40})?-X\b"),
    KeyFormat("a test key of Flutterwave", "FLWSECK_TEST-", r"(?:[0-9a-h]{32}-X|[0-9a-h]{12})\b", test=True),
    KeyFormat("a token of Plaid", "access-(?:production|development)-", _UUID),
    KeyFormat("a test token of Plaid", "access-sandbox-", _UUID, test=True),
    KeyFormat("a token of Shopify", "shp(?:at|ca|pa|ss)_", r"[0-9a-fA-F]{32}\b"),
    KeyFormat("a secret of WooCommerce", "cs_[0-9a-f]{4}", r"[0-9a-f]{36}\b"),
    KeyFormat("a key of EasyPost", "EZAK", r"[A-Za-z0-9]{54}\b"),
    KeyFormat("a test key of EasyPost", "EZTK", r"[A-Za-z0-9]{54}\b", test=True),
    KeyFormat("a live token of Duffel", "duffel_live_", r"[\w=-]{43}"),
    KeyFormat("a test token of Duffel", "duffel_test_", r"[\w=-]{43}", test=True),
    KeyFormat("a live token of Shippo", "shippo_live_", r"[0-9a-fA-F]{40}\b"),
    KeyFormat("a test token of Shippo", "shippo_test_", r"[0-9a-fA-F]{40}\b", test=True),
    KeyFormat("an API key of Twilio", "SK[0-9a-f]{2}", r"[0-9a-f]{30}\b"),
    KeyFormat("a key of SendGrid", r"SG\.", r"[\w=-]{16,32}\.?[\w=-]{16,64}\.?[\w=-]{0,43}(?![\w=-])"),
    KeyFormat("a key of Mailgun", "key-[0-9a-f]{2}", r"[0-9a-f]{30}\b"),
    KeyFormat("a key of Mailchimp", "[0-9a-f]{32}-us", r"[0-9]{1,2}\b"),
    KeyFormat("a key of Resend", "re_[A-Za-z0-9]{8}_", r"[A-Za-z0-9]{24}\b"),
    KeyFormat("a key of Brevo", "x(?:key|smtp)sib-", r"[0-9a-f]{64}-[A-Za-z0-9]{16}\b"),
    KeyFormat("a token of MailerSend", r"mlsn\.", r"[0-9a-f]{64}\b"),
    KeyFormat("a token of Airtable", r"pat[A-Za-z0-9]{14}\.", r"[0-9a-f]{64}\b"),
    KeyFormat("a key of Linear", "lin_(?:api|oauth)_", r"[A-Za-z0-9]{40,64}\b"),
    KeyFormat("a token of Notion", "ntn_", r"[A-Za-z0-9]{46}\b"),
    KeyFormat("a token of Notion", "secret_[A-Za-z0-9]{8}", r"[A-Za-z0-9]{35}\b"),
    KeyFormat("a token of Figma", "fig[dour]_", r"[\w-]{40}"),
    KeyFormat("a token of HubSpot", "pat-(?:na|eu|ap)[0-9]-", _UUID),
    KeyFormat("a token of ClickUp", "pk_[0-9]{6,12}_", r"[A-Z0-9]{32}\b"),
    KeyFormat("a token of Asana", "[12]/[0-9]{12,20}/[0-9]{12,20}:", r"[0-9a-f]{32}\b"),
    KeyFormat("a token of Dropbox", r"sl\.", r"[\w-]{130,1500}"),
    KeyFormat("a token of Contentful", "CFPAT-", r"[\w-]{43}"),
    KeyFormat("a token of Typeform", "tfp_", r"[\w.=-]{40,60}"),
    KeyFormat("a token of Frame.io", "fio-u-", r"[\w=-]{64}"),
    KeyFormat("a token of Facebook", "EAA[A-Za-z]", r"[A-Za-z0-9]{80,300}\b"),
    KeyFormat("a token of an app of Facebook", "[0-9]{15,16}(?:[|]|%7C)", r"[\w-]{27,40}(?![\w-])"),
    KeyFormat("a client secret of Adobe", "p8e-", r"[a-z0-9-]{32}(?![\w-])"),
    KeyFormat("a secret token of Mapbox", r"sk\.eyJ", r"[\w-]{50,200}\.[\w-]{22}(?![\w-])"),
    KeyFormat("a secret of PubNub", "sec-c-", r"[A-Za-z0-9]{48}\b"),
    KeyFormat("a URL of Cloudinary with its secret", "cloudinary://[0-9]{15}:", r"[\w-]{27}@"),
    KeyFormat("a deploy key of Convex", "(?:prod|dev|preview|project):[a-z0-9:-]{3,80}[|]", r"eyJ[\w+/=-]{20,500}"),
    KeyFormat("a client secret of 42", "s-s4t2(?:af|ud)-", r"[0-9a-f]{64}"),
)

FORMATS: Final = (*_CLOUDS, *_TOOLS, *_MODELS, *_SERVICES)
