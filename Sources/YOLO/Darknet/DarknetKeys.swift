/// The settings that sections of a `.cfg` may have beyond those that say what is computed: how Darknet trains, shows and
/// runs a network. They have no effect here. What is neither among them nor says what is computed is noted on import.
enum DarknetKeys {
  static let network: Set<String> = [
    "batch", "subdivisions", "momentum", "decay", "angle", "saturation", "exposure", "hue", "learning_rate",
    "burn_in", "max_batches", "policy", "steps", "scales", "power", "gamma", "step", "scale", "max_crop", "min_crop",
    "flip", "aspect", "adam", "B1", "B2", "eps", "time_steps", "notruth", "random", "optimized_memory",
    "workspace_size_limit_MB", "mosaic", "mosaic_bound", "cutmix", "mixup", "blur", "gaussian_noise", "letter_box",
    "contrastive", "contrastive_color", "unsupervised", "label_smooth_eps", "track", "augment_speed",
    "init_sequential_subdivisions", "sequential_subdivisions", "max_chart_loss", "weights_reject_freq",
    "equidistant_point", "badlabels_rejection_percentage", "num_sigmas_reject_badlabels", "ema_alpha", "reset_batch",
    "try_fix_nan", "loss_scale", "dynamic_minibatch", "use_cuda_graph", "cudnn_half", "max_batch",
    "learning_rate_min", "sgdr_cycle", "sgdr_mult", "sequence", "seq_scales", "exploration", "center", "inputs",
    "show_imgs", "mixed_precision", "resize_step", "resize_step_min", "resize_step_max", "ignore_difficult",
    "contrastive_jit_flip", "max_epochs", "seen", "adversarial_lr", "attention", "all_shortcuts", "batches_cycle_mult",
    "show_receptive_field", "zero_nonmax", "weights_normalization", "test_resize", "nesterov", "saturate", "min_ratio",
    "max_ratio", "clip", "batch_normalize", "history_size", "channels_last", "hierarchy", "iter_size",
  ]
  /// Of any layer.
  static let layer: Set<String> = [
    "stopbackward", "onlyforward", "train_only_bn", "dont_update", "dontsave", "burnin_update", "learning_rate",
    "decay",
    "learning_scale", "learning_rate_scale", "smooth", "clip", "weights_normalization", "stream", "wait_stream",
    "grad_centr", "dot", "angle", "burn_in", "momentum", "assisted_excitation", "maxpool_zero_nonmax", "nonmax_zero",
    "keep_delta_gpu", "use_bin_output", "time_normalizer", "cost_scale", "lr_factor",
  ]
  static let detection: Set<String> = [
    "jitter", "rescore", "object_scale", "noobject_scale", "class_scale", "coord_scale", "absolute", "thresh",
    "random", "ignore_thresh", "truth_thresh", "iou_thresh", "iou_normalizer", "cls_normalizer", "obj_normalizer",
    "delta_normalizer", "uc_normalizer", "iou_loss", "iou_thresh_kind", "nms_kind", "beta_nms", "max_delta",
    "objectness_smooth", "resize", "counters_per_class", "label_smooth_eps", "focal_loss", "bias_match", "max",
    "max_boxes", "total", "map", "show_details", "inverse_cls", "embedding_layer", "sim_thresh", "dets_for_track",
    "dets_for_show", "track_ciou_norm", "track_history_size", "tracker_update_interval", "yolo_loss", "scale_loss",
    "class_weights", "nms", "min_delta", "iou_loss_kind", "cls_smooth", "log_loss", "objectness", "box_normalizer",
    "ignore_truth", "sqrt", "reorg", "noobj_thresh",
    "mask_scale", "classfix", "log", "track", "forced", "embedding_size", "side", "coords", "contrastive_neg_max",
  ]
}
