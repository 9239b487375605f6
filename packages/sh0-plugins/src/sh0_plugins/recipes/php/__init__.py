"""Facts about PHP projects: their composer.json, the extensions they need, how Apache serves them."""
