"""An app with a web view of WebKitGTK, as WebKitWebDriver starts it. The app's pages have the origin capacitor://localhost.

The argument is the folder with these pages.
"""

import mimetypes
import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, GLib, Gtk, WebKit2

PAGES = pathlib.Path(sys.argv[1])


def answer(request):
    path = request.get_path()
    file = PAGES / ("index.html" if path == "/" else path.lstrip("/"))
    if not file.is_file():
        request.finish_error(GLib.Error(f"there is no {path}"))
        return
    content = file.read_bytes()
    stream = Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(content))
    request.finish(stream, len(content), mimetypes.guess_type(file)[0])


def make_view(_session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window = Gtk.Window(default_width=1000, default_height=800)
    window.add(view)
    window.show_all()
    return view


def begin(_context, session):
    information = WebKit2.ApplicationInfo.new()
    information.set_name("web view")
    information.set_version(
        WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version()
    )
    session.set_application_info(information)
    session.connect("create-web-view", make_view)


context = WebKit2.WebContext.new_ephemeral()
context.register_uri_scheme("capacitor", answer)
context.set_automation_allowed(True)
context.connect("automation-started", begin)
Gtk.main()
