"""Facts about Ruby projects: their Gemfile, and how Bundler installs it."""
