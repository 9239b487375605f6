"""What the domains need from the world outside: Protocols and the values they speak. No I/O."""
