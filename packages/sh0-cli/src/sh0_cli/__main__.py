"""``python -m sh0_cli``."""

from sh0_cli.main import main

main()
