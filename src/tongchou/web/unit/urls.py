app_name = "unit"
urlpatterns: list[object] = []
