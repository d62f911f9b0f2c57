// ClusterMetrics
