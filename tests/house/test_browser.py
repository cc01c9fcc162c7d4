"""The browser of the tests itself, and what the content security policy lets third-party scripts do."""

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page):
    """What the browser's console has against a page: refused styles and scripts, missing files, exceptions."""
    found = []
    page.on(
        "console",
        lambda message: found.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_the_login_page_keeps_the_policy_and_is_accessible(page, live_server, complaints, serious_faults):
    page.goto(live_server.url + reverse("account_login"))
    assert page.locator("input[type=password]").is_visible()
    assert serious_faults(page) == []
    assert complaints == []


def test_a_chart_draws_under_the_policy(page, live_server, complaints):
    """Canvas charts and their rich-text tooltips need no inline style."""
    page.goto(live_server.url + reverse("account_login"))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<div id=chart></div>')")
    page.evaluate("Object.assign(document.getElementById('chart').style, {width: '400px', height: '300px'})")
    page.add_script_tag(url=f"{live_server.url}/static/vendor/echarts.min.js")
    page.evaluate("""() => {
        const chart = echarts.init(document.getElementById('chart'));
        chart.setOption({
            animation: false, tooltip: {renderMode: 'richText'}, xAxis: {data: ['甲', '乙']}, yAxis: {},
            series: [{type: 'bar', data: [1, 2]}],
        });
        chart.dispatchAction({type: 'showTip', seriesIndex: 0, dataIndex: 1});
    }""")
    assert page.locator("#chart canvas").count() == 1
    assert complaints == []
