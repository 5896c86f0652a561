"""if, elif and else on data."""


def f(income):
    if income < 10.0:
        tax = 0.0
    elif income < 40.0:
        tax = 0.2 * (income - 10.0) ** 1.1
    else:
        tax = 6.0 + 0.4 * (income - 40.0)
    return tax


args = (25.0,)
more_args = [(5.0,), (90.0,)]


# %% ir
# func f_grad(%income: f64):
#     %t: bool = less(%income, 10.0)    # line 5
#     %dincome: f64 = if %t:    # adjoint of line 5
#         yield 0.0
#     else:
#         %t.1: bool = less(%income, 40.0)    # adjoint of line 7
#         %dincome.1: f64 = if %t.1:    # adjoint of line 7
#             %t.2: f64 = subtract(%income, 10.0)    # adjoint of line 8
#             %t.3: f64 = power(%t.2, 0.10000000000000009)    # adjoint of line 8
#             %t.4: f64 = multiply(1.1, %t.3)    # adjoint of line 8
#             %dincome.2: f64 = multiply(%t.4, 0.2)    # adjoint of line 8
#             yield %dincome.2
#         else:
#             yield 0.4
#         yield %dincome.1
#     return %dincome

# %% numpy
def f_grad(income):
    """Gradient of f with respect to income.   income: float"""
    if income < 10.0:
        dincome = 0.0
    elif income < 40.0:
        # line 8: tax = 0.2 * (income - 10.0) ** 1.1
        dincome = 1.1 * (income - 10.0) ** 0.10000000000000009 * 0.2
    else:
        dincome = 0.4
    return dincome

# %% jax
import jax
import jax.numpy as jnp
from jax import lax


@jax.jit
def f_grad(income):
    """Gradient of f with respect to income.   income: float"""
    income = jnp.asarray(income)
    # adjoint
    dincome = lax.cond(  # line 5: if income < 10.0:
        income < 10.0,
        lambda: 0.0,
        lambda: lax.cond(
            income < 40.0, lambda: 1.1 * (income - 10.0) ** 0.10000000000000009 * 0.2, lambda: 0.4
        ),
    )
    return dincome
