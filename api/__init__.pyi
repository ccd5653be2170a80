"""What programs use of ``api``, and where it is: loaded when it is first asked for."""

from .build import Judian as Judian, open_judian as open_judian
from .http.app import create_app as create_app
from .schemas.plain import plain as plain
from .settings import BadSetting as BadSetting, Settings as Settings
