#!/usr/bin/env python3
"""Writes what torchvision 0.14 answers on seeded inputs, for the Swift tests of the two-stage detector.

usage: torchvision_fixtures.py OUTPUT_FOLDER
Every module becomes one safetensors file of f32 tensors (indices and labels too); the settings stand as strings in its
metadata. Boxes are x1, y1, x2, y2 in pixels. Swift reads the folder whose path is in PEREGRINE_TORCHVISION.
Where a decision (suppression, a threshold, a cut-off) would hang on rounding, the next seed is taken: see `settled`.
Exits with 77 where torch or torchvision is absent.
"""
import json
import os
import struct
import sys
from collections import OrderedDict
from copy import deepcopy

try:
    import torch
    import torchvision
    from torch import nn
    from torchvision.models.detection import FasterRCNN, _utils, anchor_utils, faster_rcnn, roi_heads, rpn
    from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
    from torchvision.models.detection.image_list import ImageList
    from torchvision.ops import MultiScaleRoIAlign, box_iou, boxes as box_ops, misc, roi_align, roi_pool
except ImportError as error:
    print(f"skipped: {error}; the fixtures need torch and torchvision")
    sys.exit(77)

FPN_SIZES = ((32,), (64,), (128,), (256,), (512,))
FPN_RATIOS = ((0.5, 1.0, 2.0),) * 5
FPN_MAPS = [(80, 64), (40, 32), (20, 16), (10, 8), (5, 4)]


def write(folder, module, tensors, **settings):
    """One file: eight bytes of header length, a JSON header padded to eight bytes, little-endian floats."""
    header, parts, position = OrderedDict(), [], 0
    header["__metadata__"] = {key: str(value) for key, value in settings.items()}
    header["__metadata__"].update(torch=torch.__version__, torchvision=torchvision.__version__)
    for name, tensor in tensors.items():
        data = tensor.detach().to(torch.float32).contiguous().numpy().astype("<f4").tobytes()
        header[name] = dict(
            dtype="F32", shape=list(tensor.shape), data_offsets=[position, position + len(data)])
        position += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path = os.path.join(folder, module + ".safetensors")
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for data in parts:
            file.write(data)
    print(f"{module}: {len(tensors)} tensors, {os.path.getsize(path) / 1e6:.2f} MB")


def generator(seed):
    return torch.Generator().manual_seed(seed)


def normal(random, *shape):
    return torch.randn(*shape, generator=random)


def uniform(random, low, high, *shape):
    return torch.rand(*shape, generator=random) * (high - low) + low


def random_boxes(random, count, width, height, smallest=4, largest=200):
    """Boxes with centres in the image, which may reach beyond it."""
    centers = torch.stack([uniform(random, 0, width, count), uniform(random, 0, height, count)], 1)
    logs = uniform(random, *torch.tensor([smallest, largest]).float().log().tolist(), count, 2)
    return torch.cat([centers - logs.exp() / 2, centers + logs.exp() / 2], 1)


def settled(make, first_seed, tries=200):
    """The result of the first seed whose decisions are clear: make(seed) gives None where one is not."""
    for seed in range(first_seed, first_seed + tries):
        result = make(seed)
        if result is not None:
            return seed, result
    raise SystemExit(f"no seed from {first_seed} on has clear decisions")


def suppression_margins(boxes, scores, groups, threshold):
    """How far non-maximum suppression is from deciding otherwise, and what it keeps, best first.

    The first number is of IoU: the distance of a box's best overlap with the kept boxes from the threshold. The second
    is of score: how far a suppressed box lies below its best suppressor.
    """
    order = scores.argsort(descending=True)
    overlaps = box_iou(boxes[order].double(), boxes[order].double())
    groups = groups[order]
    # Boxes of other groups do not count.
    overlaps = torch.where(groups[:, None] == groups, overlaps, torch.zeros(())).numpy()
    ranked, order = scores[order].double().numpy(), order.tolist()
    kept, by_overlap, by_score = [], 1.0, 1.0
    for place in range(len(order)):
        kept_overlaps = overlaps[place, kept]
        best = kept_overlaps.max(initial=0)
        by_overlap = min(by_overlap, abs(best - threshold))
        if best > threshold:
            by_score = min(by_score, ranked[kept][kept_overlaps > threshold].max() - ranked[place])
        else:
            kept.append(place)
    return by_overlap, by_score, [order[place] for place in kept]


def smallest_gap(values):
    values = values.double().sort().values
    return (values[1:] - values[:-1]).min().item() if len(values) > 1 else 1.0


def anchors(folder):
    tensors, settings = OrderedDict(), {}

    def case(name, sizes, ratios, image, maps):
        make = anchor_utils.AnchorGenerator(sizes, ratios)
        images = ImageList(torch.zeros(1, 3, *image), [image])
        everything = make(images, [torch.zeros(1, 1, *size) for size in maps])[0]
        parts = everything.split([h * w * n for (h, w), n in zip(maps, make.num_anchors_per_location())])
        for level, part in enumerate(parts):
            tensors[f"{name}.cell.{level}"] = make.cell_anchors[level]
            tensors[f"{name}.anchors.{level}"] = part
        tensors[f"{name}.maps"] = torch.tensor(maps)
        # torchvision divides as integers.
        tensors[f"{name}.strides"] = torch.tensor([(image[0] // h, image[1] // w) for h, w in maps])
        settings.update({f"{name}.sizes": sizes, f"{name}.aspect_ratios": ratios, f"{name}.image_height_width": image})

    case("pyramid", FPN_SIZES, FPN_RATIOS, (320, 256), FPN_MAPS)
    case("single", ((32, 64, 128, 256, 512),), ((0.5, 1.0, 2.0),), (320, 256), [(20, 16)])
    # Halves to be rounded to even, and strides that do not divide the image.
    case("odd", ((33, 35, 50),), ((0.25, 1.0, 4.0),), (300, 250), [(19, 16)])
    write(folder, "anchors", tensors, order="rows, columns, aspect ratios, sizes", strides="y, x", **settings)


def box_coder(folder):
    random = generator(21)
    proposals = random_boxes(random, 200, 320, 256)
    boxes = random_boxes(random, 200, 320, 256)
    tensors = OrderedDict(proposals=proposals, boxes=boxes)
    clip = None
    for name, weights in (("rpn", (1.0, 1.0, 1.0, 1.0)), ("head", (10.0, 10.0, 5.0, 5.0))):
        coder = _utils.BoxCoder(weights)
        clip = coder.bbox_xform_clip
        deltas = normal(random, 200, 12) * torch.tensor(weights * 3) * 0.5
        # A quarter has sizes beyond the clamp, or so small that almost nothing is left.
        deltas[:25, 2::4] = uniform(random, 4.2, 12, 25, 3) * weights[2]
        deltas[15:50, 3::4] = uniform(random, -12, 12, 35, 3) * weights[3]
        tensors[f"{name}.encoded"] = coder.encode([boxes], [proposals])[0]
        tensors[f"{name}.deltas"] = deltas
        tensors[f"{name}.decoded"] = coder.decode(deltas, [proposals])
    write(folder, "box_coder", tensors, rpn_weights="1, 1, 1, 1", head_weights="10, 10, 5, 5", clamp=clip,
          decoded_shape="proposals, classes, 4; deltas hold three classes side by side")


def matcher(folder):
    tensors = OrderedDict()
    cases = (("rpn", (0.7, 0.3, True)), ("head", (0.5, 0.5, False)))
    random = generator(31)
    for name, setting in cases:
        match = _utils.Matcher(*setting)
        matrix = uniform(random, 0, 1, 7, 400) ** 2
        # Sixteenths have ties within rows and columns, and values of exactly one half, but never 0.3 or 0.7.
        coarse = (uniform(random, 0, 12.99, 9, 300).floor() + 1) / 16
        coarse[:, ::3] = coarse[:, ::3].minimum(torch.tensor(0.25))
        coarse[4] = coarse[4].minimum(torch.tensor(0.1875))
        for kind, values in (("smooth", matrix), ("coarse", coarse)):
            tensors[f"{name}.{kind}.iou"] = values
            tensors[f"{name}.{kind}.result"] = match(values)

    def on_boxes(seed):
        random = generator(seed)
        make = anchor_utils.AnchorGenerator(FPN_SIZES, FPN_RATIOS)
        images = ImageList(torch.zeros(1, 3, 320, 256), [(320, 256)])
        candidates = make(images, [torch.zeros(1, 1, *size) for size in FPN_MAPS])[0]
        truth = box_ops.clip_boxes_to_image(random_boxes(random, 10, 256, 320, 20, 250), (320, 256))
        candidates = torch.cat([candidates[::4], truth + normal(random, 10, 4) * 3])
        result = OrderedDict([("boxes.truth", truth), ("boxes.candidates", candidates)])
        overlaps = box_iou(truth, candidates)
        if (overlaps.max(1).values <= 0.2).any():
            return None
        for name, setting in cases:
            result[f"{name}.boxes.result"] = _utils.Matcher(*setting)(overlaps)
            precise = _utils.Matcher(*setting)(box_iou(truth.double(), candidates.double()))
            near = min((overlaps.max(0).values - threshold).abs().min().item() for threshold in setting[:2])
            if not torch.equal(precise, result[f"{name}.boxes.result"]) or near < 1e-5:
                return None
        return result

    seed, result = settled(on_boxes, 32)
    tensors.update(result)
    write(folder, "matcher", tensors, rpn="high 0.7, low 0.3, low quality matches", head="high 0.5, low 0.5",
          result="index of the ground truth, -1 background, -2 between the thresholds", boxes_seed=seed)


def region_pooling(folder):
    random = generator(41)
    scale, tensors = 0.125, OrderedDict()
    feature = normal(random, 3, 4, 20, 24)
    special = torch.tensor([
        [0, 0, 0, 192, 160], [1, 0, 0, 16, 16], [2, 176, 144, 192, 160], [0, 150, 120, 230, 200],
        [1, -60, -40, 30, 50], [2, 300, 300, 400, 380], [0, -90, -90, -20, -20], [1, 50.3, 40.7, 50.8, 41.1],
        [2, 33, 47, 33, 47], [0, 40, 24, 152, 136], [1, 4, 12, 60, 100], [2, 187, 1, 191, 159],
    ])
    others = torch.cat([torch.arange(20)[:, None] % 3, random_boxes(random, 20, 192, 160, 6, 220)], 1)
    regions = torch.cat([special, others])
    gradient = normal(random, len(regions), 4, 7, 7)
    tensors.update(feature=feature, regions=regions, gradient=gradient)

    def record(name, pool):
        source = feature.clone().requires_grad_()
        output = pool(source)
        output.backward(gradient)
        tensors[f"{name}.output"] = output
        tensors[f"{name}.input_gradient"] = source.grad

    for aligned in (False, True):
        for ratio in (2, -1):
            name = f"align.{'aligned' if aligned else 'plain'}.{'adaptive' if ratio < 0 else ratio}"
            record(name, lambda source: roi_align(source, regions, 7, scale, ratio, aligned))
    record("pool", lambda source: roi_pool(source, regions, 7, scale))

    # Regions on several levels; some areas lie exactly on a border between two.
    image_sizes = [(256, 320), (240, 300)]
    maps = OrderedDict((str(i), normal(random, 2, 8, 64 >> i, 80 >> i).requires_grad_()) for i in range(4))
    exact = torch.tensor([[10.0, 20, 122, 132], [0, 0, 224, 224], [40, 8, 264, 232], [0, 0, 320, 256], [5, 5, 7, 6],
                          [-120, -130, 328, 318]])
    # No other area is near a border: the level would hang on rounding.
    boxes = [
        torch.cat([exact, random_boxes(random, 20, 320, 256, 10, 320)]), random_boxes(random, 20, 300, 240, 10, 300)]
    pool = MultiScaleRoIAlign(["0", "1", "2", "3"], 7, 2)
    output = pool(maps, boxes, image_sizes)
    levels = pool.map_levels(boxes)
    sizes = box_ops.box_area(torch.cat([boxes[0][len(exact):], boxes[1]]).double()).sqrt()
    assert min((torch.log2(sizes / size)).abs().min() for size in (112, 224, 448)) > 1e-4
    gradient = normal(random, *output.shape)
    output.backward(gradient)
    tensors["levels.regions"] = torch.cat(
        [torch.cat([torch.full((len(b), 1), float(i)), b], 1) for i, b in enumerate(boxes)])
    tensors.update({"levels.output": output, "levels.gradient": gradient, "levels.level": levels})
    for name, value in maps.items():
        tensors[f"levels.feature.{name}"] = value
        tensors[f"levels.input_gradient.{name}"] = value.grad
    write(folder, "roi_align", tensors, regions="image, x1, y1, x2, y2", spatial_scale=scale, output_size=7,
          levels_sampling_ratio=2, levels_aligned=False, levels_scales=pool.scales,
          levels_rule="floor(4 + log2(sqrt(area) / 224) + 1e-6), at least 2 and at most 5, minus 2",
          levels_image_height_width=image_sizes)


class GivenHead(nn.Module):
    """Stands for the convolutions of an RPN and answers what it was given."""

    def __init__(self, objectness, deltas):
        super().__init__()
        self.answer = objectness, deltas

    def forward(self, maps):
        return self.answer


def make_rpn(head, before=1000, after=300):
    return rpn.RegionProposalNetwork(
        anchor_utils.AnchorGenerator(FPN_SIZES, FPN_RATIOS), head, 0.7, 0.3, 256, 0.5,
        dict(training=before, testing=before), dict(training=after, testing=after), 0.7, score_thresh=0.0)


def proposal_margins(network, boxes, objectness, image_sizes, counts):
    """Smallest distances from another answer of filter_proposals: IoU, score, and the scores' own differences.

    Only what scores above the last kept proposal counts.
    """
    after, by_overlap, by_score = network.post_nms_top_n(), 1.0, 1.0
    levels = torch.cat([torch.full((count,), level) for level, count in enumerate(counts)])
    top = network._get_top_n_idx(objectness, counts)
    for image, size in enumerate(image_sizes):
        chosen = top[image]
        scores = objectness[image, chosen].sigmoid()
        clipped = box_ops.clip_boxes_to_image(boxes[image, chosen], size)
        large = (clipped[:, 2:] - clipped[:, :2]).min(1).values
        # What lies outside has no size at all, which is no close decision.
        by_score = min(by_score, (large[large > 0] - network.min_size).abs().min().item())
        valid = large >= network.min_size
        clipped, scores, group = clipped[valid], scores[valid], levels[chosen][valid]
        order = scores.argsort(descending=True)
        # Suppression goes from the best down, so that growing pieces are enough.
        for piece in (1000, 2000, len(order)):
            some = order[:piece]
            overlap, score, kept = suppression_margins(clipped[some], scores[some], group[some], network.nms_thresh)
            if len(kept) > after:
                cut = scores[some][kept[after]]
                exact = some[scores[some] >= cut]
                overlap, score, kept = suppression_margins(
                    clipped[exact], scores[exact], group[exact], network.nms_thresh)
                score = min(score, (scores[exact][kept[after - 1]] - cut).item())
                break
        else:
            exact, cut = order, scores.min()
        # The cut-off of each level's candidates matters only where it lies above.
        for part in objectness[image].split(counts):
            ranked = part.sigmoid().sort(descending=True).values
            limit = network.pre_nms_top_n()
            if len(ranked) > limit and ranked[limit] >= cut:
                score = min(score, (ranked[limit - 1] - ranked[limit]).item())
        by_overlap, by_score = min(by_overlap, overlap), min(by_score, score)
    return by_overlap, by_score


def proposals(folder):
    padded, image_sizes = (320, 256), [(320, 256), (300, 200)]
    cells = [3 * h * w for h, w in FPN_MAPS]

    def make(seed):
        random = generator(seed)
        # Evenly spaced logits in random order, so that no two are equal; coarse levels tend to score higher.
        level = torch.cat([torch.full((count,), float(i)) for i, count in enumerate(cells)]).repeat(2)
        order = (uniform(random, 0, 1, 2 * sum(cells)) + 0.1 * level).argsort().argsort()
        logits = torch.linspace(-6, 6, 2 * sum(cells))[order].reshape(2, -1)
        objectness = [
            part.reshape(2, 3, *size) for part, size in zip(logits.split(cells, 1), FPN_MAPS)]
        deltas = [normal(random, 2, 12, *size) * 0.15 for size in FPN_MAPS]
        for level in deltas:
            # Some are huge, some nearly nothing.
            level.view(-1)[::97] *= 12
        network = make_rpn(GivenHead(objectness, deltas)).eval()
        maps = OrderedDict((str(i), torch.zeros(2, 1, *size)) for i, size in enumerate(FPN_MAPS))
        images = ImageList(torch.zeros(2, 3, *padded), image_sizes)
        scored = []
        network.filter_proposals = lambda *values: scored.append(
            (values, rpn.RegionProposalNetwork.filter_proposals(network, *values))) or scored[-1][1]
        network(images, maps)
        (boxes, flat, _, counts), (kept, scores) = scored[0]
        flat = flat.reshape(2, -1)
        # The inputs are exact, so that only rounding of a few units in the last place has to be survived.
        overlap, score = proposal_margins(network, boxes, flat, image_sizes, counts)
        if overlap < 1e-5 or score < 5e-7:
            return None
        result = OrderedDict()
        for level in range(5):
            result[f"objectness.{level}"] = objectness[level]
            result[f"deltas.{level}"] = deltas[level]
        for image in range(2):
            result[f"decoded.{image}"] = boxes[image]
            result[f"proposals.{image}"] = kept[image]
            result[f"scores.{image}"] = scores[image]
        return result, overlap, score

    seed, (tensors, overlap, score) = settled(make, 51)
    write(folder, "proposals", tensors, pre_nms_top_n=1000, post_nms_top_n=300, nms_thresh=0.7, min_size=1e-3,
          score_thresh=0.0, padded_height_width=padded, image_height_width=image_sizes, sizes=FPN_SIZES,
          aspect_ratios=FPN_RATIOS[0], seed=seed, margin_iou=overlap, margin_score=score)


def losses(folder):
    random = generator(61)
    tensors = OrderedDict()

    def rpn_case(name, positives):
        count = 600
        objectness = (normal(random, 2 * count, 1) * 2).requires_grad_()
        deltas = normal(random, 2 * count, 4).requires_grad_()
        targets = [normal(random, count, 4) for _ in range(2)]
        with torch.no_grad():
            # Half of the deltas are so near that the loss is quadratic.
            targets[0][:, :2] = deltas[:count, :2] + uniform(random, -0.15, 0.15, count, 2)
        labels, masks = [], ([], [])
        for _ in range(2):
            label = torch.zeros(count)
            order = torch.randperm(count, generator=random)
            label[order[:positives + 20 if positives else 0]] = 1
            label[order[100:160]] = -1
            for wanted, number, masks_of_kind in ((1, positives, masks[0]), (0, 128 - positives, masks[1])):
                candidates = torch.where(label == wanted)[0]
                mask = torch.zeros(count, dtype=torch.uint8)
                mask[candidates[torch.randperm(len(candidates), generator=random)[:number]]] = 1
                masks_of_kind.append(mask)
            labels.append(label)
        network = make_rpn(GivenHead([], []))
        network.fg_bg_sampler = lambda labels: masks
        objectness_loss, box_loss = network.compute_loss(objectness, deltas, labels, targets)
        (objectness_loss + box_loss).backward()
        tensors.update({
            f"{name}.objectness": objectness, f"{name}.deltas": deltas, f"{name}.targets": torch.cat(targets),
            f"{name}.labels": torch.cat(labels), f"{name}.positives": torch.cat(masks[0]),
            f"{name}.negatives": torch.cat(masks[1]), f"{name}.objectness_loss": objectness_loss.reshape(1),
            f"{name}.box_loss": box_loss.reshape(1), f"{name}.objectness_gradient": objectness.grad,
            f"{name}.deltas_gradient": deltas.grad})

    def head_case(name, share):
        count, classes = 96, 6
        logits = (normal(random, count, classes) * 2).requires_grad_()
        deltas = normal(random, count, 4 * classes).requires_grad_()
        labels = torch.randint(1, classes, (count,), generator=random) * (uniform(random, 0, 1, count) < share)
        targets = normal(random, count, 4) * 2
        with torch.no_grad():
            near = deltas.reshape(count, classes, 4)[torch.arange(count), labels]
            targets[::2] = near[::2] + uniform(random, -0.15, 0.15, count // 2, 4)
        class_loss, box_loss = roi_heads.fastrcnn_loss(logits, deltas, labels.split(48), targets.split(48))
        (class_loss + box_loss).backward()
        tensors.update({
            f"{name}.logits": logits, f"{name}.deltas": deltas, f"{name}.labels": labels, f"{name}.targets": targets,
            f"{name}.class_loss": class_loss.reshape(1), f"{name}.box_loss": box_loss.reshape(1),
            f"{name}.logits_gradient": logits.grad, f"{name}.deltas_gradient": deltas.grad})

    rpn_case("rpn", 40)
    rpn_case("rpn_background", 0)
    head_case("head", 0.4)
    head_case("head_background", 0.0)
    write(folder, "losses", tensors, rpn_smooth_l1_beta="1/9", head_smooth_l1_beta="1/9",
          rpn_box_loss="sum over positives / number of sampled anchors of all images",
          rpn_objectness_loss="mean of binary cross entropy over the sampled anchors of all images",
          head_class_loss="mean of cross entropy over all regions", head_box_loss="sum over positives / all regions",
          images="two of equal length, one after the other", background_class=0)


def detection_margins(heads, logits, deltas, regions, image_sizes):
    """Smallest distances from another answer of postprocess_detections: IoU and score."""
    by_overlap, by_score = 1.0, 1.0
    classes = logits.shape[1]
    all_boxes = heads.box_coder.decode(deltas, regions).split([len(part) for part in regions])
    for boxes, scores, size in zip(all_boxes, logits.softmax(-1).split([len(part) for part in regions]), image_sizes):
        boxes = box_ops.clip_boxes_to_image(boxes, size)[:, 1:].reshape(-1, 4)
        labels = torch.arange(1, classes).expand(len(scores), -1).reshape(-1)
        scores = scores[:, 1:].reshape(-1)
        by_score = min(by_score, (scores - heads.score_thresh).abs().min().item())
        small = (boxes[:, 2:] - boxes[:, :2]).min(1).values
        by_score = min(by_score, (small[small > 0] - 1e-2).abs().min().item())
        valid = (scores > heads.score_thresh) & (small >= 1e-2)
        boxes, scores, labels = boxes[valid], scores[valid], labels[valid]
        overlap, score, kept = suppression_margins(boxes, scores, labels, heads.nms_thresh)
        # The order of what is kept, and where it is cut off.
        gap = smallest_gap(scores[kept[:heads.detections_per_img + 1]])
        by_overlap, by_score = min(by_overlap, overlap), min(by_score, score, gap)
    return by_overlap, by_score


def record_detections(result, answer):
    for image, (boxes, scores, labels) in enumerate(zip(*answer)):
        result.update({f"boxes.{image}": boxes, f"scores.{image}": scores, f"labels.{image}": labels})


def box_head(folder):
    image_sizes, counts = [(320, 256), (240, 300)], [150, 40]

    def make(seed):
        random = generator(seed)
        torch.manual_seed(seed)
        head, predictor = faster_rcnn.TwoMLPHead(8 * 49, 64), faster_rcnn.FastRCNNPredictor(64, 6)
        with torch.no_grad():
            predictor.cls_score.weight *= 12
            predictor.bbox_pred.weight *= 12
            predictor.cls_score.bias[0] += 1
        heads = roi_heads.RoIHeads(
            None, head, predictor, 0.5, 0.5, 512, 0.25, None, score_thresh=0.05, nms_thresh=0.5, detections_per_img=100)
        features = normal(random, sum(counts), 8, 7, 7)
        regions = []
        for count, (height, width) in zip(counts, image_sizes):
            # Groups of proposals around common places, so that suppression has work to do.
            places = random_boxes(random, count // 5, width, height, 30, 150).repeat(5, 1)
            regions.append(box_ops.clip_boxes_to_image(places + normal(random, count, 4) * 3, (height, width)))
        with torch.no_grad():
            representation = head(features)
            logits, deltas = predictor(representation)
            answer = heads.postprocess_detections(logits, deltas, regions, image_sizes)
            overlap, score = detection_margins(heads, logits, deltas, regions, image_sizes)
        if overlap < 1e-4 or score < 1e-6:
            return None
        result = OrderedDict((f"box_head.{name}", value) for name, value in head.state_dict().items())
        result.update((f"box_predictor.{name}", value) for name, value in predictor.state_dict().items())
        result.update(features=features, representation=representation, logits=logits, deltas=deltas)
        for image in range(2):
            result[f"proposals.{image}"] = regions[image]
        record_detections(result, answer)
        return result, overlap, score

    seed, (tensors, overlap, score) = settled(make, 72)
    write(folder, "box_head", tensors, score_thresh=0.05, nms_thresh=0.5, detections_per_img=100, min_size=1e-2,
          box_weights="10, 10, 5, 5", image_height_width=image_sizes, channels=8, background_class=0, seed=seed,
          margin_iou=overlap, margin_score=score)


def picture(random, size):
    """An image in 0...1 with a shaded ground, rectangles, discs, stripes and a little noise. [3, size, size]"""
    y, x = torch.meshgrid(torch.arange(size).float(), torch.arange(size).float(), indexing="ij")
    image = torch.stack([0.3 + 0.3 * x / size, 0.5 - 0.2 * y / size, 0.4 + 0.2 * (x + y) / size / 2])
    for index in range(14):
        cx, cy = uniform(random, 20, size - 20, 2).tolist()
        width, height = uniform(random, 10, 70, 2).tolist()
        color = uniform(random, 0, 1, 3)[:, None, None]
        if index % 3 == 0:
            inside = ((x - cx) / width) ** 2 + ((y - cy) / height) ** 2 < 1
        else:
            inside = ((x - cx).abs() < width) & ((y - cy).abs() < height)
        if index % 3 == 1:
            color = color * (0.6 + 0.4 * torch.sin((x * width + y * height) / 90))
        image = torch.where(inside, color.expand_as(image), image)
    return (image + normal(random, 3, size, size) * 0.02).clamp(0, 1)


def rounded(value):
    """Three digits: so little depends on the machine that calibrates."""
    return float(f"{value:.3g}")


def calibrate(layer, outputs, spread, mean):
    """Scales a last layer and moves its bias, so that each output channel has this spread and mean over `outputs`."""
    outputs = outputs - layer.bias
    for channel, values in enumerate(outputs.unbind(1)):
        factor = rounded(spread / values.std().item())
        layer.weight[channel] *= factor
        layer.bias[channel] = rounded(mean - values.mean().item() * factor)


def whole_model(seed, image):
    """A model whose weights are random but whose activations and scores spread as a trained one's."""
    torch.manual_seed(seed)
    backbone = resnet_fpn_backbone(backbone_name="resnet18", weights=None, trainable_layers=5)
    model = FasterRCNN(backbone, num_classes=6, min_size=320, max_size=320, box_score_thresh=0.05,
                       rpn_pre_nms_top_n_test=1000, rpn_post_nms_top_n_test=300).eval()
    random = generator(seed + 1)
    for name, layer in model.named_modules():
        if isinstance(layer, misc.FrozenBatchNorm2d):
            channels = len(layer.weight)
            # The branch of a residual block is damped, so that activations do not grow from block to block.
            layer.weight.copy_(uniform(random, 0.5, 1.5, channels) * (0.4 if name.endswith("bn2") else 1))
            layer.bias.copy_(normal(random, channels) * 0.2)
            layer.running_mean.copy_(normal(random, channels) * 0.2)
            layer.running_var.copy_(uniform(random, 0.5, 2, channels))
    head, predictor = model.rpn.head, model.roi_heads.box_predictor
    caught = {}
    hooks = [
        layer.register_forward_hook(lambda layer, _, out: caught.setdefault(layer, []).append(out))
        for layer in (head.cls_logits, head.bbox_pred, predictor.cls_score, predictor.bbox_pred)]

    def outputs(layer):
        return torch.cat([out.movedim(1, -1).flatten(0, -2) for out in caught[layer]])

    images, _ = model.transform([image])
    maps = model.backbone(images.tensors)
    head(list(maps.values()))
    calibrate(head.cls_logits, outputs(head.cls_logits), 1.5, -1)
    calibrate(head.bbox_pred, outputs(head.bbox_pred), 0.2, 0)
    # The second stage sees the proposals of the calibrated first.
    regions, _ = model.rpn(images, maps)
    model.roi_heads(maps, regions, images.image_sizes)
    calibrate(predictor.cls_score, outputs(predictor.cls_score), 1.6, 0)
    calibrate(predictor.bbox_pred, outputs(predictor.bbox_pred), 0.7, 0)
    # Most regions are background.
    predictor.cls_score.bias[0] += 5
    for hook in hooks:
        hook.remove()
    return model


def faster_rcnn_model(folder):
    def make(seed):
        image = picture(generator(seed), 320)
        model = whole_model(seed, image)
        unwatched, kept = deepcopy(model), {}
        filter_proposals, postprocess = model.rpn.filter_proposals, model.roi_heads.postprocess_detections
        model.rpn.filter_proposals = lambda *values: kept.setdefault("rpn", (values, filter_proposals(*values)))[1]
        model.roi_heads.postprocess_detections = lambda *values: kept.setdefault(
            "head", (values, postprocess(*values)))[1]
        watched = dict(images=model.transform, maps=model.backbone, raw=model.rpn.head,
                       pooled=model.roi_heads.box_roi_pool)
        for name, layer in watched.items():
            layer.register_forward_hook(lambda _, __, out, name=name: kept.update({name: out}))
        answer = model([image])[0]
        # Nothing was resized or padded.
        images = kept["images"][0].tensors
        assert torch.equal(images[0], model.transform.normalize(image)) and images.shape[2:] == (320, 320)
        (boxes, objectness, sizes, counts), (regions, scores) = kept["rpn"]
        (logits, deltas, _, _), _ = kept["head"]
        by_level = torch.log2(box_ops.box_area(regions[0].double()).sqrt()[:, None] / torch.tensor([112, 224, 448]))
        if by_level.abs().min() < 1e-4:
            return None
        head_overlap, head_score = detection_margins(model.roi_heads, logits, deltas, regions, sizes)
        if head_overlap < 1e-4 or head_score < 4e-5:
            return None
        overlap, score = proposal_margins(model.rpn, boxes, objectness.reshape(1, -1), sizes, counts)
        if overlap < 1e-4 or score < 4e-5:
            return None
        # The last word on clear decisions: double precision has the same answer.
        precise = unwatched.double()([image.double()])[0]
        if not torch.equal(precise["labels"], answer["labels"]):
            return None
        errors = [(precise[name] - answer[name]).abs().max().item() for name in ("boxes", "scores")]
        if errors[0] > 0.01:
            return None
        result = OrderedDict(input=images)
        for level, (feature, scores_of_level, deltas_of_level) in enumerate(zip(kept["maps"].values(), *kept["raw"])):
            result[f"map.{level}"] = feature
            result[f"objectness.{level}"] = scores_of_level
            result[f"deltas.{level}"] = deltas_of_level
        result.update({"proposals": regions[0], "proposal_scores": scores[0], "head.logits": logits,
                       "head.deltas": deltas, "boxes": answer["boxes"], "scores": answer["scores"],
                       "labels": answer["labels"], "head.pooled.first": kept["pooled"][:16]})
        return model, result, min(overlap, head_overlap), min(score, head_score), errors

    # 1 to 3 have closer decisions: scores within 3e-5 of each other.
    seed, (model, tensors, overlap, score, errors) = settled(make, 4)
    write(folder, "faster_rcnn_weights", model.state_dict(), seed=seed)
    write(folder, "faster_rcnn", tensors, num_classes=6, background_class=0, box_score_thresh=0.05, box_nms_thresh=0.5,
          box_detections_per_img=100, rpn_pre_nms_top_n=1000, rpn_post_nms_top_n=300, rpn_nms_thresh=0.7,
          rpn_score_thresh=0.0, rpn_min_size=1e-3, box_min_size=1e-2, batch_norm_epsilon=1e-5,
          sizes=FPN_SIZES, aspect_ratios=FPN_RATIOS[0], roi_output_size=7, roi_sampling_ratio=2, roi_aligned=False,
          box_weights="10, 10, 5, 5", image_mean=model.transform.image_mean, image_std=model.transform.image_std,
          seed=seed, margin_iou=overlap, margin_score=score, rounding_of_boxes=errors[0], rounding_of_scores=errors[1])
    print(f"faster_rcnn: seed {seed}, margins {overlap:.1e} and {score:.1e}, "
          f"rounding {errors[0]:.1e} px and {errors[1]:.1e}")
    print(f"faster_rcnn: {len(tensors['boxes'])} detections, scores {tensors['scores'].min():.3f} to "
          f"{tensors['scores'].max():.3f}, {len(tensors['proposals'])} proposals")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(2)
    for module in (anchors, box_coder, matcher, region_pooling, proposals, losses, box_head):
        module(folder)
    with torch.no_grad():
        faster_rcnn_model(folder)


if __name__ == "__main__":
    main()
