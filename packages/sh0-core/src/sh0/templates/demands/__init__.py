"""What every template keeps, a file for each topic. A check is pure: it reads a `Subject` and notes what is wrong."""
