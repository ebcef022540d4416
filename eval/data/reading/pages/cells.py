# %% [markdown]
# # Recurrent layers
#
# ## 1. What does `nn.LSTM` return?
#
# The outputs of all steps and a pair of states.

# %%
import torch

lstm = torch.nn.LSTM(4, 6, batch_first=True)
out, (h, c) = lstm(torch.zeros(2, 5, 4))
print(out.shape)  # torch.Size([2, 5, 6])

# %% [markdown]
# ## 2. What does `batch_first` change?
#
# The order of the first two dimensions of input and output, not of the states.

# %%
print(h.shape)  # torch.Size([1, 2, 6])
