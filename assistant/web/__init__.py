"""The Gradio app: the only importer of gradio."""
