"""Other catalogues' tags as our categories."""

from collections.abc import Iterable
from typing import Final

__all__ = ["categories_of"]

_WORDS: Final = {
    "ai": "ai llm chatbot gpt rag machine-learning agents openai ollama",
    "analytics": "analytics statistics tracking business-intelligence bi data-visualization",
    "automation": "automation workflow workflows low-code no-code nocode integration scheduler iot smart-home home- "
    "automation",
    "cms": "cms blog blogging publishing wordpress website headless-cms",
    "communication": "communication chat messaging mail email voip forum social social-network newsletter video- "
    "conferencing helpdesk customer-support",
    "crm": "crm sales marketing customer erp",
    "dashboards": "dashboard dashboards homepage startpage",
    "databases": "database databases sql postgres postgresql mysql mariadb mongodb redis nosql vector-database cache",
    "developer-tools": "development developer devtools dev git ci cd ide api testing code devops backend baas "
    "registry repository",
    "documents": "documents document pdf wiki documentation knowledge-base notes markdown ocr",
    "finance": "finance accounting budget invoicing invoice money payments e-commerce ecommerce shop",
    "games": "games game gaming minecraft",
    "learning": "learning education lms",
    "media": "media video music photos streaming audio image images photo books ebooks television torrent",
    "monitoring": "monitoring observability metrics logs logging uptime status alerting error-tracking",
    "networking": "networking network vpn dns proxy reverse-proxy tunnel adblock",
    "productivity": "productivity tasks todo project-management calendar bookmarks scheduling collaboration rss forms "
    "survey kanban office recipes",
    "security": "security authentication auth identity sso password-manager passwords secrets encryption firewall",
    "storage": "storage files file-sharing backup s3 cloud sync file-manager object-storage",
    "web": "web url-shortener browser search search-engine tools utilities",
}
_CATEGORY = {word: category for category, words in _WORDS.items() for word in words.split()}


def categories_of(words: Iterable[str]) -> list[str]:
    """Up to two of our categories for words that another catalogue uses."""
    found = [_CATEGORY[key] for word in words if (key := word.strip().lower().replace(" ", "-")) in _CATEGORY]
    return list(dict.fromkeys(found))[:2]
