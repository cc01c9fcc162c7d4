"""What everyone may see."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tongchou.web.screens import Request, public, screen


@public
@screen
def home(request: Request) -> HttpResponse:
    return render(request, "public/home.html")
