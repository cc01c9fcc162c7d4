"""A play puts on notice what its steps ask for, so that it is over on the day of designating."""

from datetime import date
from types import SimpleNamespace

from tests import factory as f
from tests.designations.test_notices import asking, ready
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.designations.notice_models import Notice
from tongchou.rehearsal.ledger import Ledger
from tongchou.rehearsal.noticing import put_on_notice


def test_a_play_designates_after_the_notice_that_the_step_asks_for(world):
    case = ready()
    play = SimpleNamespace(ledger=Ledger(), officer=lambda authority: f.officer(authority.place_id))
    put_on_notice(play, f.authority(f.PROVINCE), [case], date(2023, 8, 28))
    assert not Notice.objects.exists()
    with asking(case, notice_days=5, notice_working=True), f.on(2023, 8, 28):
        put_on_notice(play, f.authority(f.PROVINCE), [case], clock.today())
        notice = Notice.objects.get()
        assert (clock.last_day(notice.closes_at), notice.state) == (date(2023, 8, 25), "ended")
        designations.designate(case, by=f.officer(f.PROVINCE))
    assert not play.ledger.refused
