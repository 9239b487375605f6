"""Recipe of Clojure."""
