"""Fill an empty forum: its tables, its people, one category. Run once, by the forum's Python.

Reads the people and the category as JSON from standard input; see ``lab.forum.populate_order``.
"""
# mypy: ignore-errors

import json
import sys

import django
from django.core.management import call_command


def main():
    """Create everything, or fail; the caller throws a half-made forum away."""
    order = json.load(sys.stdin)
    django.setup()
    call_command("migrate", verbosity=0)

    from django.contrib.auth import get_user_model
    from spirit.category.models import Category

    for person in order["people"]:
        user = get_user_model().objects.create_user(
            person["username"], f"{person['username']}@forum.invalid", person["password"]
        )
        user.st.nickname = person["name"]
        user.st.is_verified = True
        user.st.is_moderator = person["moderator"]
        user.st.save()
    Category.objects.create(title=order["category"], is_global=True)


if __name__ == "__main__":
    main()
