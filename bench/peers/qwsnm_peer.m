% One iteration and more of QWSNM in Octave as the released program works: patches in a matrix,
% block matching by differences of columns, the stacked complex adjoint of each group taken apart by
% svd, generalised soft thresholding of all values at once, averages. No toolbox, so it is faster
% than the original, whose quaternion classes take most of its time.
%
% Usage: octave-cli --quiet qwsnm_peer.m FILE SIDE SIGMA ITERATIONS
%   FILE: 3 x SIDE x SIDE doubles; prints the seconds of each iteration.
arguments = argv();
file = arguments{1};
side = str2double(arguments{2});
sigma = str2double(arguments{3});
iterations = str2double(arguments{4});
b = 5; n = 90; reach = 30; lambda = 0.56; delta = 0.1; c = 2 * 2 * sqrt(2); p = 0.999;

handle = fopen(file);
noisy = permute(reshape(fread(handle, Inf, 'double'), side, side, 3), [2 1 3]);
fclose(handle);
T = side - b + 1;

function X = patches(picture, b, T)
  X = zeros(b * b, T * T, 3, 'single');
  k = 0;
  for i = 1:b
    for j = 1:b
      k += 1;
      X(k, :, :) = reshape(picture(i:i + T - 1, j:j + T - 1, :), 1, T * T, 3);
    end
  end
end

function t = gst(s, w, p)
  tau = (2 * w * (1 - p)) .^ (1 / (2 - p)) + p * w .* (2 * w * (1 - p)) .^ ((p - 1) / (2 - p));
  t = zeros(size(s));
  on = s > tau;
  x = s(on);
  for step = 1:4
    x = s(on) - p * w(on) .* x .^ (p - 1);
  end
  t(on) = x;
end

estimate = noisy;
for iteration = 1:iterations
  started = tic();
  estimate += delta * (noisy - estimate);
  X = patches(estimate, b, T);
  N = patches(noisy, b, T);
  level = lambda * sqrt(abs(sigma ^ 2 - mean((N - X) .^ 2, 1)));
  if iteration == 1
    level(:) = sigma;
  end
  if mod(iteration, 2) == 1
    found = zeros(n, T * T);
    for col = 1:T
      for row = 1:T
        [r, q] = ndgrid(max(1, row - reach):min(T, row + reach), max(1, col - reach):min(T, col + reach));
        near = (q(:) - 1) * T + r(:);
        key = (col - 1) * T + row;
        difference = sum(sum((X(:, near, :) - X(:, key, :)) .^ 2, 1), 3);
        [~, order] = sort(difference);
        found(:, key) = near(order(1:n));
      end
    end
  end
  sums = zeros(size(X));
  uses = zeros(1, T * T);
  for key = 1:T * T
    members = found(:, key);
    group = double(X(:, members, :));
    middle = mean(group, 2);
    group -= middle;
    A = 1i * group(:, :, 1);
    B = group(:, :, 2) + 1i * group(:, :, 3);
    [U, S, V] = svd([A; -conj(B); B; conj(A)], 'econ');
    s = diag(S);
    m2 = mean(level(1, key, :) .^ 2);
    t = sqrt(max(s .^ 2 - n * m2, 0));
    for again = 1:4
      t = max(gst(s, c * sqrt(n) * m2 ./ (t .^ (1 / p) + eps), p), 0);
    end
    kept = U * (t .* V');
    A = kept(1:b * b, :);
    B = kept(2 * b * b + 1:3 * b * b, :);
    sums(:, members, :) += cat(3, imag(A), real(B), imag(B)) + middle;
    uses(members) += 1;
  end
  total = zeros(size(noisy));
  weight = zeros(side, side);
  k = 0;
  for i = 1:b
    for j = 1:b
      k += 1;
      total(i:i + T - 1, j:j + T - 1, :) += reshape(sums(k, :, :), T, T, 3);
      weight(i:i + T - 1, j:j + T - 1) += reshape(uses, T, T);
    end
  end
  estimate = total ./ (weight + eps);
  printf('%.3f\n', toc(started));
end
