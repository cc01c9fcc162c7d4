"""What says who declares is marked so in the packs that are delivered, so that a blind step leaves it out."""

import re

from tongchou.forms.schema import fields_of
from tongchou.programmes.models import TaskEdition
from tongchou.reviews.veil import identifies

WHO = re.compile("姓名|电话|手机|邮箱|地址|主编单位")


def test_whatever_asks_for_a_person_or_an_address_identifies(world):
    for edition in TaskEdition.objects.filter(current=True).select_related("task"):
        pack = edition.pack
        asked = [field for field in fields_of(pack.form) if WHO.search(field.label)]
        assert asked, edition.task
        assert [field.code for field in asked if not identifies(pack, field)] == [], edition.task
