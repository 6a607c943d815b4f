"""Stable Diffusion inpainting with ControlNets, by the diffusers library."""
