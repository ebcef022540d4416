"""Claims to be verified."""

import torch

x = torch.arange(6).reshape(2, 3)
print(x.sum())  # tensor(15)
print(x.T.shape)  # torch.Size([3, 2])
