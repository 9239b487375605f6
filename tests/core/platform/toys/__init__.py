"""A domain that nothing but its own folder and the list of domains knows."""
