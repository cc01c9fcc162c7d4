import pytest


@pytest.fixture
def seen(client, world):
    """``seen(person, url, **post)``: what ``person`` (nobody: a visitor) gets from an address, or from a post to it."""

    def open_as(person, url, **post):
        if person is None:
            client.logout()
        else:
            client.force_login(person)
        return client.post(url, post) if post else client.get(url)

    return open_as
