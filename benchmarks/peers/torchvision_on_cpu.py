"""Lets timm be imported where torchvision's operators cannot be loaded.

timm imports torchvision for image transforms, which nothing here uses. PyPI's torchvision is built for
CUDA; beside a CPU build of torch its operators do not load, and the import fails because they are not
known. They are declared, without kernels, and the import passes. Where all is well, nothing happens.
"""

import torch

OPERATORS = (
    "nms qnms roi_align _roi_align_backward ps_roi_align _ps_roi_align_backward roi_pool"
    " _roi_pool_backward ps_roi_pool _ps_roi_pool_backward deform_conv2d _deform_conv2d_backward"
)

try:
    import torchvision
except RuntimeError:
    library = torch.library.Library("torchvision", "DEF")
    for operator in OPERATORS.split():
        library.define(operator + "(Tensor x) -> Tensor")
    import torchvision  # noqa: F401
