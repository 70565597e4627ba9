extension FuzzedParser {
  /// Numbers at the ends of their ranges.
  static let numbers = [
    "0", "-1", "1e308", "-1e308", "1e18", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
    "4294967296", "2147483647", "1e-320", "0.5", "nan", "inf", "-inf", " ", "\n", "\t",
  ]
  static let jsonWords =
    numbers + [
      "{", "}", "[", "]", ",", ":", "\"", "null", "true", "false", "NaN", "Infinity", "\\ud800", "\\u0000", "[[",
    ]
  static let xmlWords =
    numbers + [
      "<", "</", "/>", ">", "=\"", "<!--", "-->", "<![CDATA[", "]]>", "&#x10FFFF;", "&#0;", "&lt;", "<?xml ", "?>",
      "encoding=\"", "UTF-16", "ISO-8859-1", "<!DOCTYPE", "<!ENTITY",
    ]
  static let cocoWords = [
    "\"images\":", "\"annotations\":", "\"categories\":", "\"id\":", "\"image_id\":", "\"category_id\":", "\"bbox\":",
    "\"file_name\":", "\"width\":", "\"height\":", "\"name\":", "\"area\":", "\"iscrowd\":", "\"segmentation\":",
    "\"counts\":", "\"size\":", "\"attributes\":", "\"rotation\":", "\"score\":", "\"supercategory\":",
  ]
  static let vocWords = [
    "annotation", "filename", "path", "size", "width", "height", "object", "name", "difficult", "bndbox", "xmin",
    "ymin",
    "xmax", "ymax", "robndbox", "cx", "cy", "w", "h", "angle", "polygon", "x1", "y1", "pt", "x", "y", "part",
  ]
  static let cvatWords = [
    "annotations", "meta", "image", "name=", "width=", "height=", "box", "label=", "xtl=", "ytl=", "xbr=", "ybr=",
    "rotation=", "polygon", "points=", "ellipse", "cx=", "rx=", "mask", "rle=", "left=", "top=", "track", "frame=",
    "outside=", "keyframe=", "start_frame", "stop_frame", "frame_filter", "step=", "original_size", "task", "labels",
  ]
  static let labelMeWords = [
    "\"shapes\":", "\"imagePath\":", "\"imageData\":", "\"imageWidth\":", "\"imageHeight\":", "\"label\":",
    "\"points\":", "\"shape_type\":", "\"rectangle\"", "\"circle\"", "\"polygon\"", "\"mask\"", "\"flags\":",
  ]
  static let dataFileWords = [
    "train: ", "val: ", "test: ", "path: ", "names: ", "nc: ", "kpt_shape: ", "images", "list.txt", "- ", "[", "]", "{",
    "}", "&a ", "*a", "<<: ", "? ", "!!binary ", "|", ">",
  ]
  static let csvWords = [
    "image", "width", "height", "label", "x1", "y1", "x2", "y2", "crowd", "difficult", "area", "attribute ", "score",
    "ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax", "IsGroupOf", "IsOccluded", ",", "\"", "\r\n", ";",
  ]

  static let cocoSeeds = [
    #"""
    {"images":[{"id":1,"file_name":"a.png","width":16,"height":12},{"id":2,"file_name":"b.png","width":9,"height":9}],
    "categories":[{"id":3,"name":"cat"},{"id":7,"name":"dog","supercategory":"animal"}],
    "annotations":[{"id":1,"image_id":1,"category_id":3,"bbox":[1,2,5.5,4],"area":22,"iscrowd":0},
    {"id":2,"image_id":2,"category_id":7,"bbox":[0,0,9,9],"iscrowd":1,"attributes":{"rotation":90}}]}
    """#,
    #"""
    {"images":[{"id":"x","file_name":"a.png","width":16,"height":12}],"categories":[{"id":"c","name":"cat"}],
    "annotations":[{"image_id":"x","category_id":"c","id":1,"segmentation":[[1,1,5,1,5,6]]},
    {"image_id":"x","category_id":"c","id":2,"segmentation":{"size":[12,16],"counts":[3,4,185]}},
    {"image_id":"x","category_id":"c","id":3,"segmentation":{"size":[12,16],"counts":"34i5"}}]}
    """#,
    #"{"images":[{"id":1,"file_name":"a.png","width":16,"height":12}]}"#,
  ].map(\.bytes)

  static let pennFudanWords = [
    "PASperson", "Bounding box for object ", "(Xmin, Ymin) - (Xmax, Ymax) : (", ") - (", "Pixel mask for object ",
    "Image size (X x Y x C) : ", "Objects with ground truth : ", "{ ", "Image filename : ", " : ",
  ]
  static let pennFudanSeeds = [
    """
    # Compatible with PASCAL Annotation Version 1.00
    Image filename : "PennFudanPed/PNGImages/a.png"
    Image size (X x Y x C) : 16 x 12 x 3
    Objects with ground truth : 2 { "PASpersonWalking" "PASpersonWalking" }
    # Details for pedestrian 1 ("PASpersonWalking")
    Original label for object 1 "PASpersonWalking" : "PennFudanPed"
    Bounding box for object 1 "PASpersonWalking" (Xmin, Ymin) - (Xmax, Ymax) : (1, 2) - (16, 11)
    Pixel mask for object 1 "PASpersonWalking" : "PennFudanPed/PedMasks/a_mask.png"
    Bounding box for object 2 "PASpersonWalking" (Xmin, Ymin) - (Xmax, Ymax) : (1, 3) - (16, 12)
    """.bytes
  ]

  static let panopticSeeds = [
    #"""
    {"images":[{"id":1,"file_name":"a.png","width":16,"height":12}],
    "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[
    {"id":1,"category_id":3,"area":191,"bbox":[0,0,16,12],"iscrowd":0},{"id":2,"category_id":7,"area":1}]}],
    "categories":[{"id":3,"name":"cat","isthing":1},{"id":7,"name":"grass","isthing":0}]}
    """#.bytes
  ]

  static let vocSeeds = [
    FuzzedInput.joined(
      """
      <annotation><filename>a.png</filename><size><width>16</width><height>12</height><depth>3</depth></size>
      <object><name>cat</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>7</xmax><ymax>8</ymax>
      </bndbox></object></annotation>
      """, "dog\ncat\n"),
    FuzzedInput.joined(
      """
      <?xml version="1.0" encoding="utf-8"?><annotation><path>b/a.png</path><!-- no size -->
      <object><name>a&amp;b</name><robndbox><cx>5</cx><cy>5</cy><w>3</w><h>2</h><angle>0.5</angle></robndbox></object>
      <object><name>c</name><polygon><x1>1</x1><y1>1</y1><x2>4</x2><y2>5</y2></polygon></object>
      <object><name>c</name><polygon><pt><x>1</x><y>2</y></pt><pt><x>3</x><y>4</y></pt></polygon></object></annotation>
      """, "", "# label:color:parts:actions\nbackground:0,0,0::\nc:1,2,3::\n"),
  ]

  static let cvatSeeds = [
    """
    <annotations><version>1.1</version><meta><task><labels><label><name>cat</name></label></labels></task></meta>
    <image id="0" name="a.png" width="16" height="12"><box label="cat" xtl="1" ytl="2" xbr="5" ybr="6" rotation="30"/>
    <polygon label="cat" points="1,1;5,2;3,7"/><ellipse label="dog" cx="5" cy="5" rx="2" ry="3"/>
    <mask label="dog" rle="1, 3, 2" left="2" top="2" width="3" height="2"/><points label="dog" points="1,1"/>
    </image></annotations>
    """,
    """
    <annotations><meta><task><size>3</size><start_frame>0</start_frame><stop_frame>4</stop_frame>
    <frame_filter>step=2</frame_filter><original_size><width>16</width><height>12</height></original_size></task></meta>
    <track id="0" label="cat"><box frame="0" outside="0" keyframe="1" xtl="1" ytl="1" xbr="4" ybr="4"/>
    <box frame="2" outside="1" keyframe="1" xtl="2" ytl="1" xbr="5" ybr="4"/></track></annotations>
    """,
  ].map(\.bytes)

  static let labelMeSeeds = [
    FuzzedInput.joined(
      #"""
      {"version":"5.0","flags":{},"shapes":[{"label":"cat","points":[[1,2],[5,6]],"shape_type":"rectangle"},
      {"label":"dog","points":[[4,4],[6,4]],"shape_type":"circle"},{"label":"dog","points":[[1,1],[2,5],[7,3]],
      "shape_type":"polygon"}],"imagePath":"a.png","imageData":null,"imageHeight":12,"imageWidth":16}
      """#, "cat\ndog\n")
  ]

  static let yoloSeeds = [
    FuzzedInput.joined("0 0.5 0.5 0.25 0.5\n1 0.1 0.1 0.2 0.2\n", "cat\ndog\n"),
    FuzzedInput.joined("0 0.1 0.1 0.5 0.1 0.5 0.6\n1 0.2 0.2 0.4 0.4 0.3 0.5 0.1 0.1\n", "cat\ndog\n"),
    FuzzedInput.joined("cat 0.5 0.5 0.25 0.5\n", "cat\n"),
    FuzzedInput.joined("0 0.5 0.5 0.2 0.2 0.1 0.2 2 0.3 0.4 1\n", "cat\n"),
  ]

  static let dataFileSeeds = [
    FuzzedInput.joined("names: [cat, dog]\nnc: 2\n", "", "0 0.5 0.5 0.25 0.5\n"),
    FuzzedInput.joined(
      "train: list.txt\nval: list.txt\nnames:\n  0: cat\n  1: dog\n", "a.png\n", "1 0.5 0.5 0.2 0.2\n"),
    FuzzedInput.joined(
      "path: .\ntrain: list.txt\nkpt_shape: [2, 3]\nnames: ['cat']\n", "a.png\n",
      "0 0.5 0.5 0.2 0.2 0.1 0.2 2 0.3 0.4 1\n"),
    FuzzedInput.joined("names: &n [cat]\nother: {a: *n}\n", "", "0 0.5 0.5 0.2 0.2\n"),
  ]

  static let csvSeeds = [
    "image,width,height,label,x1,y1,x2,y2,crowd,difficult\na.png,16,12,cat,1,2,5,6,0,1\nb.png,9,9,,,,,,,\n",
    "image,label,x1,y1,x2,y2,area,attribute size\n\"a\"\"b.png\",\"cat, dog\",1,2,5.5,6,9,0.5\r\n",
  ].map(\.bytes)

  static let openImagesSeeds = [
    FuzzedInput.joined(
      """
      ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside
      a,x,/m/01,1,0.1,0.5,0.2,0.75,1,0,0,0,-1
      a,x,/m/02,1,0,1,0,1,0,0,1,0,0
      """, "/m/01,cat\n/m/02,dog\n")
  ]
}
