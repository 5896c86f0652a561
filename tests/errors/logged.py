import logging

logger = logging.getLogger("training")


def f(x):
    loss = x * x
    logger.info("loss %s", loss)  # E: 5: `logger.info`
    return loss


args = (2.0,)
