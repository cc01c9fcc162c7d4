from django.apps import AppConfig
from django.conf import settings

from tongchou.core import clock


class WebConfig(AppConfig):
    name = "tongchou.web"

    def ready(self) -> None:
        """In the demo the worker lives in the demo's time too, as whatever falls due is its part."""
        if settings.DEMO:
            from tongchou.web import demo_clock  # not before: it knows the models

            clock.follow(demo_clock.read)
