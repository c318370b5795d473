def solver_euler_maruyama(lane, x, t, dt, dW):
    return x + dt * lane.drift(x, t) + lane.sigma(t) * dW
