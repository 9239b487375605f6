"""Git on this machine: the apps' own repositories, other people's, and what git asks when somebody pushes."""
