"""The addresses of the house and the style page, which a real house serves only to its programmers."""

from django.urls import path

from shouwang.site.style import style
from shouwang.site.urls import handler404, handler500
from shouwang.site.urls import urlpatterns as house_urls

urlpatterns = [*house_urls, path("style/", style, name="style")]

__all__ = ["handler404", "handler500", "urlpatterns"]
