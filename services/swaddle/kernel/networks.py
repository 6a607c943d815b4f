"""Parts of the network."""

from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network
