"""What the estimator takes from scikit-learn, for where that is not installed."""

import inspect

import numpy


class BaseEstimator:
    """Parameters by name."""

    def get_params(self, deep=True):
        """The parameters of the constructor, by name."""
        names = [name for name in inspect.signature(type(self).__init__).parameters if name != "self"]
        return {name: getattr(self, name) for name in names}

    def set_params(self, **parameters):
        """Changes parameters."""
        known = self.get_params()
        for name, value in parameters.items():
            if name not in known:
                raise ValueError(f"{type(self).__name__} has no parameter '{name}'")
            setattr(self, name, value)
        return self

    def __repr__(self):
        given = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({given})"


class ClusterMixin:
    """Clusters in one call."""

    def fit_predict(self, X, y=None):
        """Fits, and returns the clusters of the samples."""
        return self.fit(X).labels_


class TransformerMixin:
    """Latents in one call."""

    def fit_transform(self, X, y=None):
        """Fits, and returns the latents of the samples."""
        return self.fit(X).transform(X)


class ClassNamePrefixFeaturesOutMixin:
    """Names of the latents."""

    def get_feature_names_out(self, input_features=None):
        """Names of what ``transform`` returns."""
        prefix = type(self).__name__.lower()
        return numpy.array([f"{prefix}{index}" for index in range(self._n_features_out)], dtype=object)


def check_is_fitted(estimator):
    """Requires that ``fit`` was called."""
    if not hasattr(estimator, "model_"):
        raise ValueError(f"this {type(estimator).__name__} is not fitted yet: call fit first")


def validate_data(estimator, X, dtype, reset=True, ensure_min_samples=1, copy=False):
    """Samples as an array of finite numbers, [n, features]."""
    X = numpy.array(X, dtype=dtype, copy=True)
    if X.ndim != 2:
        raise ValueError(f"samples are an array [n, features], not one of {X.ndim} dimensions")
    if len(X) < ensure_min_samples:
        raise ValueError(f"there are {len(X)} samples, at least {ensure_min_samples} are needed")
    if not numpy.isfinite(X).all():
        raise ValueError("samples hold what is no finite number")
    if reset:
        estimator.n_features_in_ = X.shape[1]
    elif X.shape[1] != estimator.n_features_in_:
        raise ValueError(f"samples have {X.shape[1]} features, the model was fitted on {estimator.n_features_in_}")
    return X
