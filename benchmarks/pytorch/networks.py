"""The mnist recipe in PyTorch: networks, losses, updates and both orders of an iteration.

Weights are [inputs][outputs], as gan4j has them: a layer is one product with its bias. A maxout
layer is one product too, whose output has unit u's piece p in column 5·u + p.
"""

import math

import torch
import torch.nn.functional as F

PIECES = 5
NOISE = 100
KEEP = (0.8, 0.5, 0.5)
RATE = 0.1
DECAY = 1.000004
LEAST_RATE = 1e-6
MOMENTUM = 0.5
EXAMPLES = 50_000


def on(device, values):
    """A copy of an array('f') on the device."""
    return torch.frombuffer(values, dtype=torch.float32).to(device, copy=True)


class Given:
    """Noise, examples and masks that were recorded, for the check."""

    def __init__(self, record, device):
        self.values = {
            name: on(device, values)
            for name, values in record.items()
            if name[0] in "zxm"
        }
        self.batch = len(record["z0"]) // NOISE

    def noise(self, j):
        return self.values[f"z{j}"].view(self.batch, -1)

    def examples(self):
        return self.values["x0"].view(self.batch, -1)

    def dropout(self, x, i, j):
        return x * self.values[f"mask{j}.{i}"].view(x.shape)

    def advance(self):
        pass


class Drawn:
    """What training draws, all of it on the device: examples come from bytes that lie there, in an
    order that is drawn anew for each epoch."""

    def __init__(self, batch, pixels, examples, device):
        self.batch = batch
        # Most of MNIST's pixels are black.
        bytes_ = torch.randint(0, 256, (examples, pixels), device=device)
        ink = torch.rand(examples, pixels, device=device) < 0.2
        self.images = (bytes_ * ink).to(torch.uint8)
        self.order = torch.randperm(examples, device=device)
        self.at = torch.arange(batch, device=device)
        self.per_epoch = examples // batch

    def noise(self, j):
        bound = math.sqrt(3)
        z = torch.empty(self.batch, NOISE, device=self.at.device)
        return z.uniform_(-bound, bound)

    def examples(self):
        return self.images[self.order[self.at]] * (1 / 255)

    def dropout(self, x, i, j):
        return F.dropout(x, 1 - KEEP[i], True)

    def advance(self):
        """On to the next minibatch; after an epoch's last one comes the first."""
        self.at.add_(self.batch).remainder_(self.per_epoch * self.batch)

    def shuffle(self):
        """A new order, for the next epoch; between iterations only."""
        self.order.copy_(torch.randperm(len(self.order), device=self.order.device))


def maxout_max(linear):
    return linear.view(linear.shape[0], -1, PIECES).max(-1).values


def maxout_pool(linear):
    return F.max_pool1d(linear.unsqueeze(1), PIECES).squeeze(1)


class Gan:
    """Parameters of both networks, and where they began."""

    def __init__(self, record, device, maxout=maxout_max):
        self.maxout = maxout
        self.g = self._network(record, "g", device)
        self.d = self._network(record, "d", device)
        self.began = [p.detach().clone() for p in self.g + self.d]

    @staticmethod
    def _network(record, network, device):
        parameters = []
        for i in range(3):
            biases = on(device, record[f"{network}{i}.biases"])
            weights = on(device, record[f"{network}{i}.weights"])
            parameters.append(weights.view(-1, biases.numel()).requires_grad_())
            parameters.append(biases.requires_grad_())
        return parameters

    def begin_again(self):
        with torch.no_grad():
            for parameter, value in zip(self.g + self.d, self.began):
                parameter.copy_(value)

    @staticmethod
    def generate(g, z):
        h = torch.relu(torch.addmm(g[1], z, g[0]))
        h = torch.relu(torch.addmm(g[3], h, g[2]))
        return torch.sigmoid(torch.addmm(g[5], h, g[4]))

    def judge(self, d, x, draw, j):
        """The logits of examples, as a column."""
        for i in range(2):
            x = self.maxout(torch.addmm(d[2 * i + 1], draw.dropout(x, i, j), d[2 * i]))
        return torch.addmm(d[5], draw.dropout(x, 2, j), d[4])


def d_loss(logits, batch):
    """½ (mean softplus(a(G(z))) + mean softplus(−a(x))); the generated examples come first."""
    fake, real = logits[:batch], logits[batch:]
    return 0.5 * (F.softplus(fake).mean() + F.softplus(-real).mean())


def g_loss(fake):
    return F.softplus(-fake).mean()


class ScalarsOnDevice:
    """Momentum and learning rate as scalars on the device, so that a graph follows them; the update
    is the recipe's, v ← m·v − lr·g, W ← W + v, by operations on lists of tensors."""

    def __init__(self, gan):
        device = gan.g[0].device
        self.gan = gan
        self.velocities = {id(p): torch.zeros_like(p) for p in gan.g + gan.d}
        self.exact = torch.tensor(-RATE, dtype=torch.float64, device=device)
        self.negative = torch.tensor(-RATE, device=device)
        self.momentum = torch.tensor(MOMENTUM, device=device)

    def begin_again(self):
        for velocity in self.velocities.values():
            velocity.zero_()
        self.exact.fill_(-RATE)
        self.negative.fill_(-RATE)

    @torch.no_grad()
    def update(self, parameters, gradients):
        velocities = [self.velocities[id(p)] for p in parameters]
        torch._foreach_mul_(velocities, self.momentum)
        torch._foreach_add_(velocities, torch._foreach_mul(gradients, self.negative))
        torch._foreach_add_(parameters, velocities)

    @torch.no_grad()
    def advance(self):
        self.exact.mul_(1 / DECAY)
        self.negative.copy_(self.exact.clamp(max=-LEAST_RATE))


class FusedOptimizer:
    """torch.optim.SGD in one kernel. Its velocity is −v/lr of the recipe's, so with a momentum that
    is DECAY times larger it computes the same. A graph keeps the momentum it was captured with: a
    user would capture anew at each epoch's end, which is not timed here."""

    def __init__(self, gan):
        device = gan.g[0].device
        self.rate = torch.tensor(RATE, device=device)
        self.exact = torch.tensor(RATE, dtype=torch.float64, device=device)
        self.optimizers = {
            id(network[0]): torch.optim.SGD(
                network, lr=self.rate, momentum=MOMENTUM * DECAY, fused=True
            )
            for network in (gan.g, gan.d)
        }

    def begin_again(self):
        self.rate.fill_(RATE)
        self.exact.fill_(RATE)
        for optimizer in self.optimizers.values():
            for state in optimizer.state.values():
                if state.get("momentum_buffer") is not None:
                    state["momentum_buffer"].zero_()

    def update(self, parameters, gradients):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient
        self.optimizers[id(parameters[0])].step()

    @torch.no_grad()
    def advance(self):
        self.exact.mul_(1 / DECAY)
        self.rate.copy_(self.exact.clamp(min=LEAST_RATE))


class Iteration:
    """One iteration, in place. The last losses and gradients stay in `seen`, for the check."""

    def __init__(self, gan, updates, draw, alternating):
        self.gan = gan
        self.updates = updates
        self.draw = draw
        self.alternating = alternating
        self.seen = {}

    def begin_again(self):
        self.gan.begin_again()
        self.updates.begin_again()

    def __call__(self):
        (self._alternating if self.alternating else self._simultaneous)()
        self.updates.advance()
        self.draw.advance()

    def _alternating(self):
        gan, draw = self.gan, self.draw
        with torch.no_grad():
            fake = gan.generate(gan.g, draw.noise(0))
        logits = gan.judge(gan.d, torch.cat((fake, draw.examples())), draw, 0)
        loss = d_loss(logits, draw.batch)
        of_d = torch.autograd.grad(loss, gan.d)
        self.updates.update(gan.d, of_d)
        deceit = g_loss(gan.judge(gan.d, gan.generate(gan.g, draw.noise(1)), draw, 1))
        of_g = torch.autograd.grad(deceit, gan.g)
        self.updates.update(gan.g, of_g)
        self._remember(loss, deceit, of_d, of_g)

    def _simultaneous(self):
        gan, draw = self.gan, self.draw
        both = torch.cat((gan.generate(gan.g, draw.noise(0)), draw.examples()))
        logits = gan.judge(gan.d, both, draw, 0)
        loss = d_loss(logits, draw.batch)
        deceit = g_loss(logits[: draw.batch])
        of_d = torch.autograd.grad(loss, gan.d, retain_graph=True)
        of_g = torch.autograd.grad(deceit, gan.g)
        self.updates.update(gan.d, of_d)
        self.updates.update(gan.g, of_g)
        self._remember(loss, deceit, of_d, of_g)

    def _remember(self, loss, deceit, of_d, of_g):
        # Without the tape, which would outlive its iteration and the stream that it ran on.
        losses = {"d_loss": loss.detach(), "g_loss": deceit.detach()}
        self.seen = {**losses, "d": of_d, "g": of_g}


class Functional(Iteration):
    """The same iteration as one function that torch.compile takes whole, gradients and updates
    included: torch.func's transforms in place of the tape."""

    def __init__(self, gan, draw, alternating, mode):
        super().__init__(gan, ScalarsOnDevice(gan), draw, alternating)
        whole = self._two_steps if alternating else self._one_pass
        # Every network and every mode is compiled anew.
        torch._dynamo.config.recompile_limit = 100
        self.compiled = torch.compile(whole, mode=mode, fullgraph=True, dynamic=False)
        velocities = self.updates.velocities
        # The same memory without the tape.
        self.arguments = (
            [p.data for p in gan.g],
            [p.data for p in gan.d],
            [velocities[id(p)] for p in gan.g],
            [velocities[id(p)] for p in gan.d],
        )
        stay = sum(self.arguments, [])
        stay += [self.updates.exact, self.updates.negative, self.updates.momentum]
        stay += [value for value in vars(draw).values() if isinstance(value, torch.Tensor)]
        # Anything else would be copied before each replay, the images too.
        for tensor in stay:
            torch._dynamo.mark_static_address(tensor)

    def __call__(self):
        # What is still held of the last run would keep its memory from being used again.
        self.seen = {}
        self._remember(*self.compiled(*self.arguments))

    def _apply(self, parameters, velocities, gradients):
        for parameter, velocity, gradient in zip(parameters, velocities, gradients):
            velocity.mul_(self.updates.momentum).add_(gradient * self.updates.negative)
            parameter.add_(velocity)

    def _one_pass(self, g, d, of_g_velocities, of_d_velocities):
        gan, draw = self.gan, self.draw
        z, x = draw.noise(0), draw.examples()

        def losses(g, d):
            logits = gan.judge(d, torch.cat((gan.generate(g, z), x)), draw, 0)
            return d_loss(logits, draw.batch), g_loss(logits[: draw.batch])

        (loss, deceit), back = torch.func.vjp(losses, g, d)
        one, nothing = torch.ones_like(loss), torch.zeros_like(loss)
        of_d = back((one, nothing))[1]
        of_g = back((nothing, one))[0]
        self._apply(d, of_d_velocities, of_d)
        self._apply(g, of_g_velocities, of_g)
        self.updates.advance()
        self.draw.advance()
        return loss, deceit, of_d, of_g

    def _two_steps(self, g, d, of_g_velocities, of_d_velocities):
        gan, draw = self.gan, self.draw
        both = torch.cat((gan.generate(g, draw.noise(0)), draw.examples()))
        of_d, loss = torch.func.grad_and_value(
            lambda d: d_loss(gan.judge(d, both, draw, 0), draw.batch)
        )(d)
        self._apply(d, of_d_velocities, of_d)
        z = draw.noise(1)
        of_g, deceit = torch.func.grad_and_value(
            lambda g: g_loss(gan.judge(d, gan.generate(g, z), draw, 1))
        )(g)
        self._apply(g, of_g_velocities, of_g)
        self.updates.advance()
        self.draw.advance()
        return loss, deceit, of_d, of_g
