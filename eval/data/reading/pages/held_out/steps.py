# ---
# title: Learning rates
# ---

# %% [markdown]
# # Finding a learning rate

# %% [markdown]
# ## Range test
# Raise the rate exponentially and watch the loss.

# %%
import torch

net = torch.nn.Linear(1, 1)
opt = torch.optim.SGD(net.parameters(), lr=1e-6)

# %% [markdown]
# ## Reading the curve
# Take a tenth of the rate at which the loss explodes.
