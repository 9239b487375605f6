"""The command line of sh0."""
