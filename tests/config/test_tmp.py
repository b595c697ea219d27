import pytest
from django.db import connection


@pytest.mark.django_db
def test_x():
    with connection.cursor() as c:
        c.execute("select version()")
        print(c.fetchone())
    from django.core.cache import cache

    cache.set("a", 1)
    assert cache.get("a") == 1
