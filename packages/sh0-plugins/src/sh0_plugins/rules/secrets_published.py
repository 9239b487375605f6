"""Keys that their providers publish for samples and emulators: they open nothing of anybody. Pure.

They are kept as digests, so that no scanner takes this list for a leak.
"""

from hashlib import sha256
from typing import Final

__all__ = ["published"]

_LISTED = """
0011cc25eb432071 03b970ed8171d73b 0b476bdf9acf2123 0fff9ee671b05ea2 1a5d44a2dca19669 1e3e58656012d861
2037abcaffb2b777 27a9a42931dff7eb 2cafc0970149a84f 2f21fd9c81678e39 37f8f09bdf12c2f2 3a8b61d0f636b007
3f370c9dd8225c63 49f777db995e8260 4c98242dcadc8b29 78314b11be2e5815 841b4f5b0b34e19a 8731261cb72d8626
900e6c2bf8ce6c14 a19f89ab3555eac1 a28c56ecb012bfd0 a6c814bc555ae62c aa6547439583c3a2 b7d61096898ce748
dc0fcf046c61640c e4a5542bb7fd7b67 ea9bb1082cf95663 eb540d2b6ee2a0a4 f3082ce9d6992144 f56e323494a6ffc2
f5e95c9954635b65 fb8f35129df87662
"""
_DIGESTS: Final = frozenset(_LISTED.split())


def published(value: str) -> bool:
    """Whether a value is a key that its provider publishes."""
    return sha256(value.encode(errors="surrogatepass")).hexdigest()[:16] in _DIGESTS
