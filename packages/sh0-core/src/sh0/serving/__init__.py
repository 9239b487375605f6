"""From records to what runs on a server: containers, addresses, routes, and when they count as ready."""
