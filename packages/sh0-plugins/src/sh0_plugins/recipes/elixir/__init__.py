"""Facts about Elixir projects: their mix.exs and the versions they ask for."""
