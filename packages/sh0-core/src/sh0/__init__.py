"""A self-hosted deployment platform that is a library first."""
