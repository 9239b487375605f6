"""Jobs of cron: commands of apps that run at certain times, each run in a container of its own."""
