from django.urls import path

from shouwang.apps.files import views

app_name = "files"

urlpatterns = [
    path("<str:ref>", views.display, name="display"),
    path("<str:ref>/thumb", views.thumb, name="thumb"),
    path("<str:ref>/download", views.download, name="download"),
]
