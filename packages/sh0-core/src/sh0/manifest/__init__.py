"""``sh0.yaml``: an app as code. Read here, compared with a platform, and honoured by the deployment of its own tree."""
