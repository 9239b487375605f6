"""The apps' own repositories, branches of repositories elsewhere, and the hook that answers a push."""
