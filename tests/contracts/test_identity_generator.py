"""Inventors of synthetic people that need no weights."""

import pytest

from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from tests.contracts.identities import IdentityGeneratorContract


class TestAppearanceIdentityGenerator(IdentityGeneratorContract):
    @pytest.fixture
    def generator(self) -> AppearanceIdentityGenerator:
        return AppearanceIdentityGenerator()
