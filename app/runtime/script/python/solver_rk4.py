def solver_rk4(lane, x, t, dt, dW):
    k1 = lane.drift(x, t)
    k2 = lane.drift(x + dt / 2 * k1, t + dt / 2)
    k3 = lane.drift(x + dt / 2 * k2, t + dt / 2)
    k4 = lane.drift(x + dt * k3, t + dt)
    return x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
