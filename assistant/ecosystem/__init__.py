"""What others build on: LangChain, MCP, Jupyter, pytest; each imported only by whom it serves."""
