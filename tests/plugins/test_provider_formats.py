"""A key of every provider is found by its format alone, and under a name that tells what it is.

The keys are made here out of a beginning and a shape, so that no scanner takes this file for a leak.
"""

import random
import re
import string
from pathlib import Path

import pytest

from sh0.plugins import Plugins
from sh0.rules.engine import check
from sh0.source.tree import Project
from sh0_plugins.rules.provider_formats import FORMATS
from sh0_plugins.rules.secrets_formats import provider_key

RULES = [rule for rule in Plugins().rules() if rule.id.startswith("SH0-SE")]

_LETTERS = {
    "A": "234567" + string.ascii_uppercase,
    "a": string.ascii_lowercase + string.digits,
    "w": string.ascii_letters + string.digits,
    "h": "0123456789abcdef",
    "d": "123456789",
    "L": string.ascii_letters,
    "Q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
_UUID = "{h8}-{h4}-{h4}-{h4}-{h12}"

# A beginning, a blank, and what follows: {a24} are 24 characters of lower case or digits.
SHAPES = f"""
prod:quiet-otter-123| eyJ{{w60}}
preview:team:shop| eyJ{{w60}}
AKIA {{A16}}
ASIA {{A16}}
ABSK {{w120}}
bedrock-api-key- YmVkcm9jay5hbWF6b25hd3MuY29t{{w20}}
amzn.mws. {_UUID}
amzn1.oa2-cs.v1. {{h64}}
AIza {{w35}}
xaat- {_UUID}
key_ {{h64}}
pa- {{w43}}
live_ {{h35}}
AQ.Ab8 RN6{{w44}}
GOCSPX- {{w28}}
ya29. {{w120}}
1//0 {{w90}}
AAAA {{w7}}:APA91b{{w134}}
AccountKey= {{w86}}==
SharedAccessKey= {{w43}}=
{{w3}}8Q~ {{w34}}
LTAI {{w20}}
AKID {{w32}}
bce-v3/ALTAK- {{w21}}/{{h40}}
t1. {{w40}}.{{w86}}
AQVN {{w36}}
YC {{L1}}{{w37}}
dop_v1_ {{h64}}
doo_v1_ {{h64}}
sha256~ {{w43}}
HRKU-AA {{w58}}
fo1_ {{w43}}
fm2_ {{w120}}
vcp_ {{w56}}
vercel_blob_rw_ {{w16}}_{{w30}}
nfp_ {{w36}}
rnd_ {{w32}}
tk-us- {{w48}}
ddp_ {{w36}}
v1.0- {{h24}}-{{h146}}
tskey-auth- {{w12}}CNTRL-{{w32}}
tskey-api- {{w12}}-{{w32}}
dnkey- {{A26}}-{{A52}}
AVNS_ {{w19}}
sbp_ {{h40}}
sb_secret_ {{w31}}
napi_ {{a64}}
xau_ {{w43}}
pscale_pw_ {{w43}}
mdb_sa_sk_ {{w40}}
CCDB1_ {{w22}}_{{w40}}
4b1d {{w38}}
dapi {{h32}}
dbtu_ {{w40}}
ghp_ {{w36}}
ghs_ {{w36}}
github_pat_ {{w22}}_{{w59}}
glpat- {{w20}}
glrt-t1_ {{w27}}.{{a9}}
GR1348941 {{w20}}
_gitlab_session= {{h32}}
ATBB {{w32}}
ATATT3 xFfGF0{{w170}}={{h8}}
ATTA {{h72}}
npm_ {{w36}}
pypi-AgEI cHlwaS5vcmc{{w80}}
rubygems_ {{h48}}
packagist_uut_ {{h68}}
CLOJARS_ {{h60}}
cio {{w32}}
oy2 {{a43}}
jsrp_ {{w36}}
dckr_pat_ {{w27}}
AKCp {{w69}}
cmVmd {{w59}}
CCIPAT_ {{w22}}_{{h40}}
bkua_ {{h40}}
pat. {{w22}}.{{h24}}.{{w20}}
sqp_ {{h40}}
sgp_ {{h16}}_{{h40}}
snyk_uat. {{h8}}.{{w90}}
hvs. {{w94}}
hvb. {{w140}}
s. {{w24}}
{{w14}}.atlasv1. {{w67}}
pul- {{h40}}
dp.pt. {{w43}}
st. {_UUID}.{{h32}}.{{h32}}
ops_eyJ {{w250}}
A3- {{A6}}-{{A6}}-{{A5}}-{{A5}}-{{A5}}-{{A5}}
AGE-SECRET-KEY-1 {{Q58}}
API- {{A26}}
pnu_ {{w36}}
ico- {{w32}}
sc_ {{a12}}.{{a4}}.acc_{{a16}}.{{w60}}
sm_pat_ {{w16}}
PMAK- {{h24}}-{{h34}}
rdme_ {{h70}}
glsa_ {{w32}}_{{h8}}
glc_ {{w80}}
eyJrIjoi {{w80}}
NRAK- {{A27}}
NRJS- {{h19}}
sntryu_ {{h64}}
sntrys_eyJ {{w90}}_{{w43}}
hcaik_ {{a58}}
phx_ {{w43}}
dt0c01. {{A24}}.{{A64}}
sdk- {{h8}}-{{h4}}-4{{h3}}-{{h4}}-{{h12}}
waka_ {_UUID}
{{w6}}_ {{w29}}_mmk
aio_ {{w28}}
sk-proj- {{w74}}T3BlbkFJ{{w74}}
sk- {{w20}}T3BlbkFJ{{w20}}
sk-ant-api03- {{w93}}AA
sk-or-v1- {{h64}}
sk-lf- {_UUID}
sk- {{h32}}
xai- {{w80}}
hf_ {{L34}}
api_org_ {{L34}}
gsk_ {{w52}}
pplx- {{w48}}
r8_ {{w37}}
lsv2_pt_ {{h32}}_{{h10}}
fw_ {{w24}}
tgp_v1_ {{w43}}
csk- {{a48}}
nvapi- {{w64}}
tvly-dev- {{w32}}
sk_ {{h48}}
pcsk_ {{w5}}_{{w63}}
jina_ {{h32}}{{w28}}
fc- {{h32}}
e2b_ {{h40}}
dtn_ {{h64}}
xoxe.xoxp-1- {{w163}}
xoxe-1- {{w146}}
xoxb- {{d12}}-{{d12}}-{{w24}}
xapp-1- {{A11}}-{{d13}}-{{h64}}
hooks.slack.com/services/ T{{A8}}/B{{A8}}/{{w24}}
webhook.office.com/webhookb2/ {_UUID}@{_UUID}/IncomingWebhook/{{h32}}/{_UUID}
discord.com/api/webhooks/ {{d18}}/{{w68}}
MT {{w22}}.{{w6}}.{{w38}}
{{d10}}:AA {{w33}}
sk_live_ {{w24}}
rk_live_ {{w24}}
sk_test_ {{w24}}
whsec_ {{w32}}
sq0csp- {{w43}}
EAAA {{w60}}
access_token$production$ {{a16}}${{h32}}
pdl_live_apikey_ {{a26}}_{{w22}}_{{w3}}
polar_oat_ {{w43}}
live_ {{w30}}
live_ {{w40}}
FLWSECK- {{h32}}-X
FLWSECK_TEST- {{h32}}-X
access-production- {_UUID}
access-sandbox- {_UUID}
shpat_ {{h32}}
cs_ {{h40}}
EZAK {{w54}}
EZTK {{w54}}
duffel_live_ {{w43}}
duffel_test_ {{w43}}
shippo_live_ {{h40}}
shippo_test_ {{h40}}
SK {{h32}}
SG. {{w22}}.{{w43}}
key- {{h32}}
{{h32}}-us 12
re_ {{w8}}_{{w24}}
xkeysib- {{h64}}-{{w16}}
mlsn. {{h64}}
pat {{w14}}.{{h64}}
lin_api_ {{w40}}
ntn_ {{w46}}
secret_ {{w43}}
figd_ {{w40}}
pat-na1- {_UUID}
pk_ {{d8}}_{{A32}}
1/ {{d16}}/{{d16}}:{{h32}}
sl. {{w140}}
CFPAT- {{w43}}
tfp_ {{w44}}
fio-u- {{w64}}
EAAM {{w120}}
{{d15}}| {{w27}}
p8e- {{a32}}
sk.eyJ {{w80}}.{{w22}}
sec-c- {{w48}}
cloudinary:// {{d15}}:{{w27}}@shop
s-s4t2ud- {{h64}}
""".strip().split("\n")


def key_of(shape: str, seed: int = 5) -> str:
    """A key of such a shape, always the same."""
    chance = random.Random(f"{shape} {seed}")
    return re.sub(
        r"\{(\w)(\d+)\}",
        lambda found: "".join(chance.choices(_LETTERS[found[1]], k=int(found[2]))),
        shape.replace(" ", ""),
    )


def found_in(folder: Path, name: str, text: str) -> set[str]:
    (folder / name).write_text(text)
    report = check(Project(folder), RULES)
    assert not report.broken
    return {finding.rule for finding in report.findings}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_key_is_found_by_its_format_alone_and_under_a_name(shape: str, tmp_path: Path) -> None:
    key = key_of(shape)
    assert "SH0-SE001" in found_in(tmp_path, "app.py", f'client = connect("{key}")\n')
    assert "SH0-SE001" in found_in(tmp_path, "app.py", f'api_token = "{key}"\n')


def test_every_format_has_a_key_that_shows_it() -> None:
    shown = {provider_key(key_of(shape, seed)) for shape in SHAPES for seed in range(4)}
    kinds = {found[0].kind for found in shown if found is not None}
    assert {each.kind for each in FORMATS} - kinds == set()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_format_filled_with_one_letter_is_a_sample(shape: str, tmp_path: Path) -> None:
    sample = re.sub(r"\{\w(\d+)\}", lambda found: "x" * int(found[1]), shape.replace(" ", ""))
    assert found_in(tmp_path, "app.py", f'client = connect("{sample}")\n') == set()
