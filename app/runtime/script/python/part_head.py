import argparse
import json
import math
import struct
from functools import lru_cache, partial

import torch
