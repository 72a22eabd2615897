# The types of the names that __init__.py imports on first use.
from consilience import comparison as comparison
from consilience import conclusions as conclusions
from consilience import intake as intake
from consilience import linkage as linkage
from consilience import model as model
from consilience.desk import Desk as Desk
from consilience.desk import compare as compare

__version__: str
