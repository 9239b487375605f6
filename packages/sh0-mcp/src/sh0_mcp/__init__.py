"""The operations of sh0 as MCP tools."""
